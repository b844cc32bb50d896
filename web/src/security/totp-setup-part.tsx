/** Sets an authenticator app up for somebody who is logged in. */
import { useId } from 'preact/hooks'
import type { Mfa } from '../../../packages/client/src/client.ts'
import type { TotpSetup } from '../challenge/setup-keeper.ts'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { TotpForm } from './totp-form.tsx'

interface TotpSetupPartProps {
  setup: TotpSetup
  onDone(mfa: Mfa): void
  onCancel(): void
}

export function TotpSetupPart({ setup, onDone, onCancel }: TotpSetupPartProps) {
  const id = useId()
  const cancel = (
    <Button tone="quiet" onClick={onCancel}>
      Cancel
    </Button>
  )
  return (
    <div class="inset">
      <h3 id={id}>Set up an authenticator app</h3>
      <TotpForm
        setup={setup}
        labelledBy={id}
        aside={cancel}
        onSubmit={async code => onDone(await client.confirmTotp({ code }))}
      />
    </div>
  )
}
