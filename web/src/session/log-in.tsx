/** Email and password; what may come after them is another view. */
import { ProblemError } from '../../../packages/client/src/client.ts'
import { Link } from '../app/link.tsx'
import { navigate, usePlace } from '../app/router.ts'
import { keepSetup } from '../challenge/setup-keeper.ts'
import { client } from '../client.ts'
import { EmailField } from '../form/email-field.tsx'
import { Form } from '../form/form.tsx'
import { PasswordField } from '../form/password-field.tsx'
import { email as emailRule, given, type Values } from '../form/rules.ts'
import { typedEmail } from '../form/typed-email.ts'
import { Arrival } from '../parts/arrival.tsx'
import { Heading } from '../parts/heading.tsx'

const rules = { email: emailRule, password: given('Enter your password.') }

export function LogIn() {
  const { luggage } = usePlace()
  const next = luggage.next === undefined ? {} : { next: luggage.next }

  async function logIn({ email = '', password = '' }: Values) {
    try {
      const answer = await client.logIn({ email, password })
      // Once logged in, the page itself leads on.
      if (answer.status === 'authenticated') return
      const challenge = keepSetup(answer.challenge)
      navigate('/login/challenge', { luggage: { email, challenge, ...next } })
    } catch (error) {
      if (!(error instanceof ProblemError) || !leadOn(error, email)) throw error
    }
  }

  return (
    <>
      <Heading>Log in</Heading>
      <Arrival notice={luggage.notice} />
      <Form submit="Log in" rules={rules} onSubmit={logIn}>
        <EmailField value={luggage.email} isFirst={!luggage.email} />
        <PasswordField isFirst={luggage.email !== undefined} />
      </Form>
      <p class="ways">
        <Link to="/forgot" luggage={typedEmail}>
          Forgot your password?
        </Link>
        <span>
          New here?{' '}
          <Link to="/signup" luggage={typedEmail}>
            Create an account
          </Link>
        </span>
      </p>
    </>
  )
}

/** Some refusals are only a step on the way. */
function leadOn({ code, delivery }: ProblemError, email: string): boolean {
  if (code === 'user_not_confirmed') {
    const luggage = { email, notice: 'not-confirmed', ...(delivery && { delivery }) } as const
    navigate('/signup/confirm', { luggage })
    return true
  }
  if (code === 'password_reset_required') {
    navigate('/forgot', { luggage: { email, notice: 'reset-required' } })
    return true
  }
  return false
}
