/** An authenticator app has to be set up before the login can be completed. */
import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
import { TotpForm } from '../security/totp-form.tsx'
import { keptSetup } from './setup-keeper.ts'
import type { StepProps } from './step-props.ts'

export function SetupStep({ challenge, aside, answer, onExpired }: StepProps) {
  const { secret, otpauthUri } = challenge
  const setup = secret && otpauthUri ? { secret, otpauthUri } : keptSetup()
  if (!setup) {
    return (
      <>
        <Notice tone="info">
          The key is shown only once, and this page was reloaded. Log in again to get another key.
        </Notice>
        <Button tone="main" onClick={onExpired}>
          Start again
        </Button>
      </>
    )
  }
  return <TotpForm setup={setup} aside={aside} onSubmit={code => answer({ code })} />
}
