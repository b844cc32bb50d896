/** A new account. */
import { Link } from '../app/link.tsx'
import { navigate, usePlace } from '../app/router.ts'
import { client } from '../client.ts'
import { EmailField } from '../form/email-field.tsx'
import { Field } from '../form/field.tsx'
import { Form } from '../form/form.tsx'
import { PasswordField } from '../form/password-field.tsx'
import { PhoneField } from '../form/phone-field.tsx'
import {
  email as emailRule,
  given,
  newPassword,
  phone,
  plainPhone,
  type Values
} from '../form/rules.ts'
import { typedEmail } from '../form/typed-email.ts'
import { Heading } from '../parts/heading.tsx'
import { passwordHint } from '../words/hints.ts'

const rules = {
  givenName: given('Enter your name.'),
  email: emailRule,
  phoneNumber: phone,
  password: newPassword
}

export function SignUp() {
  const { luggage } = usePlace()
  async function signUp({ email = '', password = '', givenName = '', phoneNumber = '' }: Values) {
    const { status, delivery } = await client.signUp({
      email,
      password,
      givenName,
      ...(phoneNumber && { phoneNumber: plainPhone(phoneNumber) })
    })
    // A pool may confirm by itself.
    if (status === 'confirmed') navigate('/login', { luggage: { email, notice: 'confirmed' } })
    else navigate('/signup/confirm', { luggage: { email, ...(delivery && { delivery }) } })
  }

  return (
    <>
      <Heading>Create an account</Heading>
      <Form submit="Create account" rules={rules} onSubmit={signUp}>
        <Field name="givenName" label="Name" autocomplete="given-name" maxLength={256} isFirst />
        <EmailField value={luggage.email} />
        <PhoneField />
        <PasswordField isNew hint={passwordHint} />
      </Form>
      <p class="ways">
        <span>
          Already have an account?{' '}
          <Link to="/login" luggage={typedEmail}>
            Log in
          </Link>
        </span>
      </p>
    </>
  )
}
