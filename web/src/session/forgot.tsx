/** Asks for a code to choose a new password with. */
import { Link } from '../app/link.tsx'
import { navigate, usePlace } from '../app/router.ts'
import { client } from '../client.ts'
import { EmailField } from '../form/email-field.tsx'
import { Form } from '../form/form.tsx'
import { email as emailRule, type Values } from '../form/rules.ts'
import { typedEmail } from '../form/typed-email.ts'
import { Arrival } from '../parts/arrival.tsx'
import { Heading } from '../parts/heading.tsx'

const rules = { email: emailRule }

export function Forgot() {
  const { luggage } = usePlace()

  async function ask({ email = '' }: Values) {
    const { delivery } = await client.forgotPassword({ email })
    navigate('/reset', { luggage: { email, delivery } })
  }

  return (
    <>
      <Heading lead="We will send you a code to reset your password.">
        Forgot your password?
      </Heading>
      <Arrival notice={luggage.notice} />
      <Form submit="Send the code" rules={rules} onSubmit={ask}>
        <EmailField value={luggage.email} isFirst />
      </Form>
      <p class="ways">
        <Link to="/reset" luggage={typedEmail}>
          I have a code already
        </Link>
        <Link to="/login" luggage={typedEmail}>
          Back to log in
        </Link>
      </p>
    </>
  )
}
