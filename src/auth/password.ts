/** Changing the password, and resetting a forgotten one by a code. */
import { AppError, type Delivery, type ErrorCode } from '../errors.ts'
import { usernameOf } from './access-token-claims.ts'
import { emailDelivery } from './delivery.ts'
import {
  type Ends,
  endSessionsAfter,
  endTargetOf,
  isDefiniteFailure,
  type Logins,
  type RecordedEnd
} from './ends.ts'
import { createProtectedSending } from './enumeration-protection.ts'
import type { Caller, ReportEvent } from './events.ts'
import type { PasswordPort, SignedIn, SignInPort, TokenPort } from './identity-provider.ts'
import type { PasswordOnlyLogins } from './password-only-logins.ts'
import type { PoolBehaviour } from './pool-behaviour.ts'
import type { RequiredResets } from './required-resets.ts'
import { createResponseTimeEqualiser } from './response-time.ts'
import { retryOnce, retryWhileStoreUnavailable } from './retry.ts'
import { type Authenticated, sessionFields } from './session.ts'
import { hasCode, isTriggerError, wrongCodeError } from './shared-errors.ts'
import { revokeRefreshToken } from './sign-out.ts'

export interface PasswordOptions {
  readonly identity: PasswordPort &
    Pick<SignInPort, 'signIn'> &
    Pick<TokenPort, 'signOutEverywhere' | 'revoke'>
  readonly ends: Ends
  readonly logins: Pick<Logins, 'begin'>
  /** Which user an email lately belonged to at a login. */
  readonly loginEmails: { userOf(email: string): Promise<string | undefined> }
  readonly protection: boolean
  readonly resets: Pick<RequiredResets, 'clear'>
  readonly passwordOnlyLogins: Pick<PasswordOnlyLogins, 'has'>
  readonly behaviour: PoolBehaviour
  readonly report: ReportEvent
}

export interface Passwords {
  /**
   * Changes the password, and ends the user's other sessions and the logins in progress. Resolves to false where a step
   * after the change fails: then this session has ended, too.
   * @param renew gives this session a new id, as of a login that began at `since`; with fresh tokens where all other
   * tokens of the user could be revoked at Cognito, else with those that it has
   * @throws AppError `invalid_credentials` for the current password, `invalid_password` for the new one;
   * `store_unavailable` before anything is changed.
   */
  change(
    accessToken: string,
    session: Authenticated,
    passwords: { currentPassword: string; newPassword: string },
    renew: (fresh: SignedIn | undefined, since: number) => Promise<unknown>
  ): Promise<boolean>
  /** Sends a reset code. With protection the response is the same for every email. */
  forgot(email: string, caller?: Caller): Promise<Delivery>
  /**
   * Sets a new password by a code, and ends all sessions of the user. It does not log the user in. With protection,
   * every error about the code is the same: the difference would reveal whether the account exists.
   * @throws AppError `code_mismatch`, `code_expired`, `invalid_password`; `email_not_found` without protection;
   * `refused_by_trigger` where a trigger failed and the new password is not valid.
   */
  reset(proof: { email: string; code: string; newPassword: string }, caller?: Caller): Promise<void>
}

export function createPasswords(options: PasswordOptions): Passwords {
  const { identity, ends, logins, protection, report } = options
  const resetErrorTime = createResponseTimeEqualiser()
  const sendProtected = createProtectedSending({
    ...options,
    action: 'recovery',
    hiddenErrors: revealingAtForgot
  })

  /** Sets the password. Returns the failure of the trigger that Cognito runs after it has set the password. */
  async function confirmReset(proof: { email: string; code: string; newPassword: string }) {
    const startedAt = performance.now()
    try {
      await identity.confirmForgotPassword(proof)
      return undefined
    } catch (error) {
      if (isAfterReset(error)) return error
      if (!protection || !hasCode(error, ...revealingAtReset)) throw error
      if (error.reason === 'user_not_found') await resetErrorTime.simulate(startedAt)
      else await resetErrorTime.finish(startedAt)
      throw wrongCodeError(error)
    }
  }

  return {
    async change(accessToken, session, passwords, renew) {
      const { user, handle } = session.data
      const end = await ends.record({
        ...endTargetOf(user, 'password_changed', accessToken),
        except: handle
      })
      await identity.changePassword(accessToken, passwords).catch(async (error: unknown) => {
        if (isDefiniteFailure(error)) end.cancel()
        else await end.carryOut()
        throw error
      })
      try {
        if (!(await end.carryOut())) throw new AppError('store_unavailable')
        const since = await retryWhileStoreUnavailable(() => logins.begin())
        const fresh = (await options.passwordOnlyLogins.has(user.email))
          ? await replaceAllTokens(options, accessToken, passwords.newPassword, session.caller)
          : undefined
        await retryWhileStoreUnavailable(() => renew(fresh, since)).catch((error: unknown) => {
          if (fresh)
            void revokeRefreshToken(options, sessionFields(session), fresh.tokens.refreshToken)
          throw error
        })
        return true
      } catch (error) {
        report('session.ended', { ...sessionFields(session), reason: 'not_renewed', error })
        await end.carryOut({ includeExcepted: true })
        return false
      }
    },

    async forgot(email, caller) {
      const send = () => identity.forgotPassword(email)
      if (protection) return await sendProtected(email, send, caller)
      return (await send()) ?? emailDelivery(email)
    },

    async reset(proof, caller) {
      let failed: AppError | undefined
      const end = await endSessionsAfter(
        ends,
        { names: [proof.email], reason: 'password_reset' },
        async () => {
          failed = await confirmReset(proof)
        }
      )
      // Where a trigger failed, a login shows whether the new password was set.
      const isSet = await endOtherSessions(options, proof, end, {
        caller,
        isCertain: failed === undefined
      })
      if (failed === undefined) return
      if (!isSet) throw failed
      report('trigger.failed', { reason: 'reset', error: failed, caller })
    }
  }
}

/** Cognito runs only PostConfirmation at a reset: an unnamed trigger is this one. */
function isAfterReset(error: unknown): error is AppError {
  return isTriggerError(error) && (error.trigger?.name ?? 'PostConfirmation') === 'PostConfirmation'
}

/**
 * Errors that would reveal whether the account exists. In some pools Cognito counts attempts for existing accounts
 * only.
 */
const revealingAtForgot: ErrorCode[] = [
  'email_not_found',
  'user_not_confirmed',
  'invalid_request',
  'attempt_limit_exceeded'
]

const revealingAtReset: ErrorCode[] = [...revealingAtForgot, 'code_mismatch', 'code_expired']

/**
 * Revokes all tokens of the user by GlobalSignOut, and gets new ones. GlobalSignOut revokes the tokens of this
 * session, too. So the service logs in with the new password before it, to see whether that needs a challenge, and
 * again after it. Resolves to undefined where a challenge is needed, or the login failed.
 */
async function replaceAllTokens(
  { identity, report }: PasswordOptions,
  accessToken: string,
  password: string,
  caller: Caller | undefined
): Promise<SignedIn | undefined> {
  const credentials = { email: usernameOf(accessToken), password }
  const trial = await identity.signIn(credentials).catch((error: unknown) => {
    report('revoke.failed', { reason: 'password_change', error, caller })
  })
  if (trial?.kind !== 'signed_in') return undefined
  try {
    await identity.signOutEverywhere(trial.tokens.accessToken)
  } catch (error) {
    report('revoke.failed', { reason: 'password_change', error, caller })
    return trial
  }
  const again = await retryOnce(() => identity.signIn(credentials))
  if (again.kind === 'signed_in') return again
  throw new AppError('session_expired', { reason: 'challenge_after_password_change' })
}

/**
 * Ends what the end by name could not reach. The sessions of the user that the email belonged to have ended by now. A
 * login with the new password, where it sends no code, finds the user of sessions begun under another name, and
 * returns the access token that GlobalSignOut needs. Relying on it alone would not be safe: a thief can keep the
 * account locked by wrong passwords. Resolves to whether Cognito accepted the new password.
 */
async function endOtherSessions(
  { identity, loginEmails, resets, passwordOnlyLogins, report }: PasswordOptions,
  { email, newPassword }: { email: string; newPassword: string },
  end: RecordedEnd,
  { caller, isCertain }: { readonly caller: Caller | undefined; readonly isCertain: boolean }
): Promise<boolean> {
  // The password is set already: failures from here on are only reported.
  const reportFailure = (error: unknown) =>
    report('revoke.failed', { reason: 'password_reset', error, caller })
  await retryOnce(() => resets.clear(email)).catch(reportFailure)
  const known = await loginEmails.userOf(email).catch(reportFailure)
  // After a failed trigger, only a login shows whether the password was set.
  const mayLogIn = !isCertain || (await passwordOnlyLogins.has(email))
  const login = mayLogIn
    ? await retryOnce(() => identity.signIn({ email, password: newPassword })).catch(reportFailure)
    : undefined
  const found = login && (login.kind === 'signed_in' ? login.user.sub : login.username)
  if (found && found !== known) await end.carryOut({ sub: found })
  const sub = found ?? known
  if (isCertain || login) report('password.reset', { ...(sub && { sub }), caller })
  if (login?.kind === 'signed_in') {
    await identity.signOutEverywhere(login.tokens.accessToken).catch(reportFailure)
  }
  return login !== undefined
}
