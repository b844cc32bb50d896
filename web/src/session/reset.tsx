/** A new password, by the code that was sent. */
import { useState } from 'preact/hooks'
import { Link } from '../app/link.tsx'
import { navigate, usePlace } from '../app/router.ts'
import { client } from '../client.ts'
import { CodeField } from '../form/code-field.tsx'
import { EmailField } from '../form/email-field.tsx'
import { Form } from '../form/form.tsx'
import { PasswordField } from '../form/password-field.tsx'
import {
  code as codeRule,
  email as emailRule,
  newPassword as newPasswordRule,
  plainCode,
  type Values
} from '../form/rules.ts'
import { typedEmail } from '../form/typed-email.ts'
import { Heading } from '../parts/heading.tsx'
import { OutboxLink } from '../parts/outbox-link.tsx'
import { Resend } from '../parts/resend.tsx'
import { passwordHint } from '../words/hints.ts'

const rules = { email: emailRule, code: codeRule, newPassword: newPasswordRule }

export function Reset() {
  const { luggage } = usePlace()
  const [delivery, setDelivery] = useState(luggage.delivery)
  const known = luggage.email

  async function reset({ email = '', code = '', newPassword = '' }: Values) {
    await client.resetPassword({ email, code: plainCode(code), newPassword })
    navigate('/login', { luggage: { email, notice: 'reset' } })
  }

  const lead = delivery
    ? `If there is an account, a code is on its way to ${delivery.destination}.`
    : 'Enter the code we sent you.'
  return (
    <>
      <Heading lead={lead}>Choose a new password</Heading>
      <Form submit="Change password" rules={rules} onSubmit={reset}>
        <EmailField value={known} />
        <CodeField />
        <PasswordField name="newPassword" label="New password" isNew hint={passwordHint} />
      </Form>
      {known && (
        <Resend send={() => client.forgotPassword({ email: known })} onSent={setDelivery} />
      )}
      <OutboxLink to={known} />
      <p class="ways">
        <Link to="/login" luggage={typedEmail}>
          Back to log in
        </Link>
      </p>
    </>
  )
}
