/** The code that proves the address of a new account. */
import { useState } from 'preact/hooks'
import { Link } from '../app/link.tsx'
import { navigate, usePlace } from '../app/router.ts'
import { client } from '../client.ts'
import { CodeField } from '../form/code-field.tsx'
import { EmailField } from '../form/email-field.tsx'
import { Form } from '../form/form.tsx'
import { code as codeRule, email as emailRule, plainCode, type Values } from '../form/rules.ts'
import { Arrival } from '../parts/arrival.tsx'
import { Heading } from '../parts/heading.tsx'
import { OutboxLink } from '../parts/outbox-link.tsx'
import { Resend } from '../parts/resend.tsx'

export function Confirm() {
  const { luggage } = usePlace()
  const [delivery, setDelivery] = useState(luggage.delivery)
  const known = luggage.email

  async function confirm({ email = known ?? '', code = '' }: Values) {
    await client.confirmSignUp({ email, code: plainCode(code) })
    navigate('/login', { luggage: { email, notice: 'confirmed' } })
  }

  // What was typed says more than a mask of it, and shows a slip of the finger.
  const target = (delivery?.medium !== 'SMS' && known) || delivery?.destination
  return (
    <>
      <Heading
        lead={target ? `Enter the code we sent to ${target}.` : 'Enter the code we sent you.'}
      >
        Confirm your account
      </Heading>
      <Arrival notice={luggage.notice} />
      <Form
        submit="Confirm"
        rules={known ? { code: codeRule } : { email: emailRule, code: codeRule }}
        onSubmit={confirm}
      >
        {!known && <EmailField />}
        <CodeField />
      </Form>
      {known && (
        <Resend send={() => client.resendSignUpCode({ email: known })} onSent={setDelivery} />
      )}
      <OutboxLink to={known} />
      <p class="hint">No code? You may have an account already: log in, or reset your password.</p>
      <p class="ways">
        <Link to="/signup">Use another email address</Link>
        <Link to="/login" luggage={known ? { email: known } : {}}>
          Log in
        </Link>
        <Link to="/forgot" luggage={known ? { email: known } : {}}>
          Reset your password
        </Link>
      </p>
    </>
  )
}
