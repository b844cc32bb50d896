/** Signing in with a password: tokens, a challenge, or a refusal that tells no more than it may. */
import { AppError, type Delivery } from '../errors.ts'
import type { SignUpPort } from './account-ports.ts'
import { createHiddenRefusal, type HiddenRefusalOptions, notConfirmed } from './hidden-refusal.ts'
import { maskEmail } from './mask.ts'
import type { ChallengeIssued, SignedIn, SignInPort } from './ports.ts'
import type { Report } from './report.ts'
import type { SignUpMark } from './session.ts'

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

export interface SignInOptions extends Pick<HiddenRefusalOptions, 'lockout'> {
  readonly identity: Pick<SignInPort, 'signIn'> & Pick<SignUpPort, 'resendConfirmationCode'>
  /** Whether existing accounts are hidden from those who ask. */
  readonly protection: boolean
  readonly report: Report
}

export function createSignIn({ identity, protection, lockout, report }: SignInOptions): SignIn {
  /** Cognito reports an unconfirmed account whatever the password: its owner gets a new code either way. */
  async function sendAnotherCode(email: string): Promise<Delivery> {
    const masked = { medium: 'EMAIL' as const, destination: maskEmail(email) }
    return (await identity.resendConfirmationCode(email)) ?? masked
  }

  async function saySo(error: AppError, email: string): Promise<AppError> {
    if (error.code !== 'user_not_confirmed') return error
    return notConfirmed(await sendAnotherCode(email).catch(() => undefined), error)
  }

  const hide = createHiddenRefusal({ sendAnotherCode, lockout })

  return {
    async withPassword(credentials, mark) {
      const startedAt = performance.now()
      try {
        return await identity.signIn(credentials)
      } catch (thrown) {
        const reason = thrown instanceof AppError ? thrown.code : 'unexpected'
        report('login.failed', { reason })
        if (!(thrown instanceof AppError)) throw thrown
        const { email } = credentials
        throw protection
          ? await hide(thrown, { email, mark, startedAt })
          : await saySo(thrown, email)
      }
    }
  }
}
