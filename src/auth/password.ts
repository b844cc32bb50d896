/** Passwords: changing one's own, forgetting it, setting a new one by code. */
import { AppError, type Delivery, type ErrorCode } from '../errors.ts'
import type { PasswordPort } from './account-ports.ts'
import { maskEmail } from './mask.ts'
import { createPace } from './pace.ts'
import type { SignedIn, SignInPort, TokenPort } from './ports.ts'
import type { Report } from './report.ts'
import type { SessionStore } from './session.ts'
import { isCode } from './sign-up.ts'
import { usernameOf } from './username.ts'

export interface PasswordOptions {
  readonly identity: PasswordPort &
    Pick<SignInPort, 'signIn'> &
    Pick<TokenPort, 'signOutEverywhere'>
  readonly sessions: Pick<SessionStore, 'destroyAll'>
  /** Whose sessions were begun under an address. */
  readonly addresses: { userOf(email: string): Promise<string | undefined> }
  readonly protection: boolean
  /** For which addresses a reset code was asked lately: less long ago than a code of Cognito lives. */
  readonly asked: { set(email: string): Promise<void>; has(email: string): Promise<boolean> }
  readonly report: Report
}

export interface Passwords {
  /**
   * Changes the password. Answers fresh tokens for this session after every other token of the user was
   * revoked at Cognito, or undefined where a challenge stands before a silent login: then the tokens
   * stay. `endOthers` is called as soon as the password is changed: whatever fails after that, the user's
   * other sessions are over.
   * @throws AppError `invalid_credentials` for the current password, `invalid_password` for the new one.
   */
  change(
    accessToken: string,
    passwords: { currentPassword: string; newPassword: string },
    endOthers: () => Promise<unknown>
  ): Promise<SignedIn | undefined>
  /** Sends a reset code. With protection the answer is the same for every address. */
  forgot(email: string): Promise<Delivery>
  /**
   * Sets a new password by code and ends all sessions of the user. Nobody is logged in by it.
   * With protection, what is wrong with the code of an address for which none was asked is not said.
   * @throws AppError `code_mismatch`, `code_expired`, `invalid_password`; `email_not_found` without protection.
   */
  reset(proof: { email: string; code: string; newPassword: string }): Promise<void>
}

export function createPasswords(options: PasswordOptions): Passwords {
  const { identity, protection, asked, report } = options
  const pace = createPace()

  return {
    async change(accessToken, passwords, endOthers) {
      await identity.changePassword(accessToken, passwords)
      await twice(endOthers).catch((error: unknown) => {
        report('revoke.failed', { reason: 'password_change', error })
      })
      return await replaceAllTokens(options, accessToken, passwords.newPassword)
    },

    async forgot(email) {
      const hidden = { medium: 'EMAIL' as const, destination: maskEmail(email) }
      if (!protection) return (await identity.forgotPassword(email)) ?? hidden
      await asked.set(email.toLowerCase())
      const startedAt = performance.now()
      try {
        await pace.real(() => identity.forgotPassword(email))
      } catch (error) {
        // Also what Cognito alternates to for accounts that cannot be reset.
        if (!isCode(error, 'email_not_found', 'invalid_request', 'user_not_confirmed')) throw error
        await pace.simulated(startedAt)
      }
      return hidden
    },

    async reset(proof) {
      try {
        await identity.confirmForgotPassword(proof)
      } catch (error) {
        if (!protection || !isCode(error, ...tellingAtReset)) throw error
        // Cognito calls the code expired where it never sent one: that would tell who has an account.
        if (!(await asked.has(proof.email.toLowerCase()))) {
          throw new AppError('code_expired', { cause: error })
        }
        throw error.code === 'code_expired'
          ? error
          : new AppError('code_mismatch', { cause: error })
      }
      await endAllSessions(options, proof)
    }
  }
}

const tellingAtReset: ErrorCode[] = [
  'email_not_found',
  'user_not_confirmed',
  'invalid_request',
  'code_mismatch',
  'code_expired'
]

/**
 * GlobalSignOut takes the tokens of this session with it. So a login with the new password is tried
 * before, to see whether one is possible without a challenge, and made again after.
 */
async function replaceAllTokens(
  { identity, report }: PasswordOptions,
  accessToken: string,
  password: string
): Promise<SignedIn | undefined> {
  const credentials = { email: usernameOf(accessToken), password }
  const trial = await identity.signIn(credentials).catch((error: unknown) => {
    report('revoke.failed', { reason: 'password_change', error })
  })
  if (trial?.kind !== 'signed_in') return undefined
  try {
    await identity.signOutEverywhere(trial.tokens.accessToken)
  } catch (error) {
    report('revoke.failed', { reason: 'password_change', error })
    return trial
  }
  const again = await twice(() => identity.signIn(credentials))
  if (again.kind === 'signed_in') return again
  throw new AppError('session_expired', { reason: 'challenge_after_password_change' })
}

/**
 * Whose sessions they are is known from the login that began them. A silent login with the new password is
 * tried besides: it finds those begun under another address, and gives the token that GlobalSignOut wants. To
 * rely on it would leave them to a thief who keeps the account locked by wrong passwords.
 */
async function endAllSessions(
  { identity, sessions, addresses, report }: PasswordOptions,
  { email, newPassword }: { email: string; newPassword: string }
): Promise<void> {
  // The password is changed whatever follows: what cannot be ended now is reported and ends by its time-outs.
  const failed = (error: unknown) => report('revoke.failed', { reason: 'password_reset', error })
  const known = await twice(() => addresses.userOf(email)).catch(failed)
  if (known) await twice(() => sessions.destroyAll(known)).catch(failed)
  const login = await twice(() => identity.signIn({ email, password: newPassword })).catch(failed)
  const found = login && (login.kind === 'signed_in' ? login.user.sub : login.username)
  if (found && found !== known) await twice(() => sessions.destroyAll(found)).catch(failed)
  const sub = found ?? known
  report('password.reset', sub ? { sub } : {})
  if (login?.kind === 'signed_in') {
    await identity.signOutEverywhere(login.tokens.accessToken).catch(failed)
  }
}

async function twice<T>(work: () => Promise<T>): Promise<T> {
  return work().catch(() => work())
}
