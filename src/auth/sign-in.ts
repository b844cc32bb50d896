/** Signing in with a password: tokens, a challenge, or a refusal that tells no more than it may. */
import { AppError, type Delivery } from '../errors.ts'
import {
  type Attempt,
  createHiddenRefusal,
  type HiddenRefusalOptions,
  type MaySend,
  notConfirmed
} from './enumeration-protection.ts'
import type { Caller, Report } from './events.ts'
import type {
  ChallengeIssued,
  Credentials,
  SignedIn,
  SignInPort,
  SignUpPort,
  TokenPort
} from './identity-provider.ts'
import { type RequiredResets, throughGate } from './required-resets.ts'
import type { SignUpMark } from './session.ts'
import { ownSignUp } from './started-sign-up.ts'
import { createTriggerRefusals } from './trigger-refusals.ts'

/** Who asks, and whether a code for an account that is not confirmed may go out: every one is, unless told. */
export interface SignInContext {
  readonly by?: Caller
  readonly maySend?: MaySend
}

export interface SignIn {
  /**
   * Checks a password. `mark` is the sign-up this browser began, if it did.
   * @throws AppError `invalid_credentials`, `user_not_confirmed`, `password_reset_required`,
   * `attempt_limit_exceeded`, `refused_by_trigger`, `cognito_unavailable`, `store_unavailable`.
   */
  withPassword(
    credentials: Credentials,
    mark: SignUpMark | undefined,
    context?: SignInContext
  ): Promise<SignedIn | ChallengeIssued>
}

export interface SignInOptions extends Pick<HiddenRefusalOptions, 'behaviour' | 'lockout'> {
  readonly identity: Pick<SignInPort, 'signIn'> &
    Pick<TokenPort, 'revoke'> &
    Pick<SignUpPort, 'resendConfirmationCode'>
  readonly resets: RequiredResets
  /** Whether existing accounts are hidden from those who ask. */
  readonly protection: boolean
  readonly report: Report
}

export function createSignIn(options: SignInOptions): SignIn {
  const { identity, protection, lockout, report, resets, behaviour } = options

  /** Cognito reports an unconfirmed account whatever the password: its owner gets a new code either way. */
  async function sendAnotherCode(email: string, maySend: MaySend): Promise<Delivery | undefined> {
    return (await maySend()) ? await identity.resendConfirmationCode(email) : undefined
  }

  async function saySo(error: AppError, email: string, maySend: MaySend): Promise<AppError> {
    if (error.code !== 'user_not_confirmed') return error
    return notConfirmed(await sendAnotherCode(email, maySend).catch(() => undefined), error)
  }

  const triggers = createTriggerRefusals({ identity })
  const hide = createHiddenRefusal({ sendAnotherCode, behaviour, lockout, triggers })

  /** What is thrown to the caller instead of `error`. */
  async function refusal(error: AppError, attempt: Attempt): Promise<AppError> {
    const { email, mark, maySend } = attempt
    // A browser that has proved the mailbox may know why the password chosen here is wrong.
    const isProved = ownSignUp(email, mark)?.confirmed && error.code === 'invalid_credentials'
    if (isProved && (await resets.isRequired(email).catch(() => false))) {
      return new AppError('password_reset_required', { cause: error })
    }
    return protection ? await hide(error, attempt) : await saySo(error, email, maySend)
  }

  return {
    async withPassword(credentials, mark, { by, maySend = always } = {}) {
      const startedAt = performance.now()
      const { email, password } = credentials
      try {
        const step = await identity.signIn(credentials)
        triggers.passed(email)
        const own = ownSignUp(email, mark)
        return await throughGate(options, step, { email, password, mark: own })
      } catch (thrown) {
        report('login.failed', { ...causeOf(thrown), by })
        if (!(thrown instanceof AppError)) throw thrown
        if (!thrown.trigger && thrown.code === 'invalid_credentials') triggers.passed(email)
        throw await refusal(thrown, { email, mark, startedAt, maySend })
      }
    }
  }
}

const always = async () => true

/** For the log: the cause, and the code that stands for it. The caller may learn less. */
function causeOf(thrown: unknown) {
  if (!(thrown instanceof AppError)) return { reason: 'unexpected', code: 'internal_error' }
  return { reason: thrown.reason ?? thrown.code, code: thrown.code }
}
