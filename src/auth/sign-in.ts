/** Signing in with a password: tokens, a challenge, or a refusal that tells no more than it may. */
import { AppError, type Delivery } from '../errors.ts'
import type { SignUpPort } from './account-ports.ts'
import { maskEmail } from './mask.ts'
import { createPace } from './pace.ts'
import type { ChallengeIssued, SignedIn, SignInPort } from './ports.ts'
import type { Report } from './report.ts'
import type { SignUpMark } from './session.ts'
import { isCode, sameAddress } from './sign-up.ts'

export interface Credentials {
  readonly email: string
  readonly password: string
}

export interface SignIn {
  /**
   * Checks a password. `mark` is the sign-up this browser began, if it did.
   * @throws AppError `invalid_credentials`, `user_not_confirmed`, `password_reset_required`,
   * `attempt_limit_exceeded`, `cognito_unavailable`.
   */
  withPassword(
    credentials: Credentials,
    mark: SignUpMark | undefined
  ): Promise<SignedIn | ChallengeIssued>
}

export interface SignInOptions {
  readonly identity: Pick<SignInPort, 'signIn'> & Pick<SignUpPort, 'resendConfirmationCode'>
  readonly protection: boolean
  readonly report: Report
}

export function createSignIn({ identity, protection, report }: SignInOptions): SignIn {
  const pace = createPace()

  /** Cognito reports an unconfirmed account whatever the password: its owner gets a new code either way. */
  async function sendAnotherCode(email: string): Promise<Delivery> {
    const masked = { medium: 'EMAIL' as const, destination: maskEmail(email) }
    return (await identity.resendConfirmationCode(email)) ?? masked
  }

  async function refuse(error: AppError, email: string, mark: SignUpMark | undefined) {
    const own = mark !== undefined && sameAddress(mark.email, email)
    if (error.code === 'user_not_confirmed') {
      const sent = sendAnotherCode(email).catch(() => undefined)
      if (!protection) return notConfirmed(await sent, error)
      // Not waited for: an answer that took longer would tell what the code says it does not know.
      return own ? notConfirmed(masked(email), error) : invalid(error)
    }
    // A sign-up for a taken address looks to its browser like any other, here too.
    if (error.code === 'invalid_credentials' && protection && own && mark.simulated) {
      return notConfirmed(masked(email), error)
    }
    return error
  }

  return {
    async withPassword(credentials, mark) {
      const startedAt = performance.now()
      try {
        return await identity.signIn(credentials)
      } catch (thrown) {
        const reason = thrown instanceof AppError ? thrown.code : 'unexpected'
        report('login.failed', { reason })
        if (!(thrown instanceof AppError)) throw thrown
        const quick = thrown.reason === 'user_not_found'
        if (protection && quick) await pace.simulated(startedAt)
        else if (isCode(thrown, 'invalid_credentials')) await pace.ended(startedAt)
        throw await refuse(thrown, credentials.email, mark)
      }
    }
  }
}

const masked = (email: string): Delivery => ({ medium: 'EMAIL', destination: maskEmail(email) })
const invalid = (cause: AppError) => new AppError('invalid_credentials', { cause })

function notConfirmed(delivery: Delivery | undefined, cause: AppError): AppError {
  return new AppError('user_not_confirmed', { ...(delivery && { delivery }), cause })
}
