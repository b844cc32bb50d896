/** The code that proves an email address or a phone number. */
import type { Profile } from '../../../packages/client/src/client.ts'
import { client } from '../client.ts'
import { CodeField } from '../form/code-field.tsx'
import { Form } from '../form/form.tsx'
import { code as codeRule, plainCode } from '../form/rules.ts'
import { Button } from '../parts/button.tsx'
import { Inset } from '../parts/inset.tsx'
import { OutboxLink } from '../parts/outbox-link.tsx'
import { Resend } from '../parts/resend.tsx'
import { attributeNames, type Pending } from './pending.ts'

interface VerificationFormProps {
  verification: Pending
  onDone(profile: Profile): void
  onCancel(): void
}

const rules = { code: codeRule }

export function VerificationForm({ verification, onDone, onCancel }: VerificationFormProps) {
  const { attribute, delivery } = verification
  async function confirm(code: string) {
    onDone((await client.confirmVerification({ attribute, code })).profile)
  }
  return (
    <Inset title={`Verify your ${attributeNames[attribute]}`}>
      <p>Enter the code we sent to {delivery.destination}.</p>
      <Form
        submit="Verify"
        rules={rules}
        onSubmit={({ code = '' }) => confirm(plainCode(code))}
        aside={
          <Button tone="quiet" onClick={onCancel}>
            Later
          </Button>
        }
      >
        <CodeField />
      </Form>
      <Resend send={() => client.sendVerificationCode({ attribute })} />
      <OutboxLink />
    </Inset>
  )
}
