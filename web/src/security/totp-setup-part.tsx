/** Sets an authenticator app up for somebody who is logged in. */
import type { MfaSettings } from '../../../packages/client/src/client.ts'
import type { TotpSetup } from '../challenge/setup-keeper.ts'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Inset } from '../parts/inset.tsx'
import { TotpForm } from './totp-form.tsx'

interface TotpSetupPartProps {
  setup: TotpSetup
  onDone(mfa: MfaSettings): void
  onCancel(): void
}

export function TotpSetupPart({ setup, onDone, onCancel }: TotpSetupPartProps) {
  const cancel = (
    <Button tone="quiet" onClick={onCancel}>
      Cancel
    </Button>
  )
  return (
    <Inset title="Set up an authenticator app">
      <TotpForm
        setup={setup}
        aside={cancel}
        onSubmit={async code => onDone(await client.confirmTotp({ code }))}
      />
    </Inset>
  )
}
