/** Signing in with a password: tokens, a challenge, or an error that reveals no more than it may. */
import { AppError, type Delivery } from '../errors.ts'
import {
  createLoginProtection,
  type FailedLogin,
  type LoginProtectionOptions,
  type MaySendCode,
  notConfirmedError
} from './enumeration-protection.ts'
import type { Caller, ReportEvent } from './events.ts'
import type {
  CognitoChallenge,
  Credentials,
  SignedIn,
  SignInPort,
  SignUpPort,
  TokenPort
} from './identity-provider.ts'
import { enforceRequiredReset, type RequiredResets } from './required-resets.ts'
import type { StartedSignUp } from './session.ts'
import { startedSignUpOf } from './started-sign-up.ts'
import { createTriggerRefusals } from './trigger-refusals.ts'

/** The request, and the limit of codes for unconfirmed accounts; by default none is reached. */
export interface SignInContext {
  readonly caller?: Caller
  readonly maySend?: MaySendCode
}

export interface SignIn {
  /**
   * Checks a password.
   * @param startedSignUp the sign-up that this browser has started, if any
   * @throws AppError `invalid_credentials`, `user_not_confirmed`, `password_reset_required`,
   * `attempt_limit_exceeded`, `refused_by_trigger`, `cognito_unavailable`, `store_unavailable`.
   */
  withPassword(
    credentials: Credentials,
    startedSignUp: StartedSignUp | undefined,
    context?: SignInContext
  ): Promise<SignedIn | CognitoChallenge>
}

export interface SignInOptions extends Pick<LoginProtectionOptions, 'behaviour' | 'lockout'> {
  readonly identity: Pick<SignInPort, 'signIn'> &
    Pick<TokenPort, 'revoke'> &
    Pick<SignUpPort, 'resendConfirmationCode'>
  readonly resets: RequiredResets
  /** Whether enumeration protection is on. */
  readonly protection: boolean
  readonly report: ReportEvent
}

export function createSignIn(options: SignInOptions): SignIn {
  const { identity, protection, lockout, report, resets, behaviour } = options

  /** Cognito reports an unconfirmed account whatever the password is: its owner gets a new code in both cases. */
  async function sendAnotherCode(
    email: string,
    maySend: MaySendCode
  ): Promise<Delivery | undefined> {
    return (await maySend()) ? await identity.resendConfirmationCode(email) : undefined
  }

  /** The error without enumeration protection. */
  async function plainError(
    error: AppError,
    email: string,
    maySend: MaySendCode
  ): Promise<AppError> {
    if (error.code !== 'user_not_confirmed') return error
    return notConfirmedError(await sendAnotherCode(email, maySend).catch(() => undefined), error)
  }

  const triggers = createTriggerRefusals({ identity })
  const protectLogin = createLoginProtection({ sendAnotherCode, behaviour, lockout, triggers })

  /** The error for the client, in place of Cognito's. */
  async function errorForClient(error: AppError, attempt: FailedLogin): Promise<AppError> {
    const { email, startedSignUp, maySend } = attempt
    // A browser whose user has read the mailbox may learn why the password from its own sign-up is wrong.
    const isMailboxOwner =
      startedSignUpOf(email, startedSignUp)?.confirmed && error.code === 'invalid_credentials'
    if (isMailboxOwner && (await resets.isRequired(email).catch(() => false))) {
      return new AppError('password_reset_required', { cause: error })
    }
    return protection ? await protectLogin(error, attempt) : await plainError(error, email, maySend)
  }

  return {
    async withPassword(credentials, startedSignUp, { caller, maySend = always } = {}) {
      const startedAt = performance.now()
      const { email, password } = credentials
      try {
        const step = await identity.signIn(credentials)
        triggers.loginPassed(email)
        const own = startedSignUpOf(email, startedSignUp)
        return await enforceRequiredReset(options, step, { email, password, startedSignUp: own })
      } catch (thrown) {
        report('login.failed', { ...causeOf(thrown), caller })
        if (!(thrown instanceof AppError)) throw thrown
        if (!thrown.trigger && thrown.code === 'invalid_credentials') triggers.loginPassed(email)
        throw await errorForClient(thrown, { email, startedSignUp, startedAt, maySend })
      }
    }
  }
}

const always = async () => true

/** The cause for the log. The client may learn less. */
function causeOf(thrown: unknown) {
  if (!(thrown instanceof AppError)) return { reason: 'unexpected', code: 'internal_error' }
  return { reason: thrown.reason ?? thrown.code, code: thrown.code }
}
