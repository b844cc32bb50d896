/** Passwords: changing one's own, forgetting it, setting a new one by code. */
import { AppError, type Delivery, type ErrorCode } from '../errors.ts'
import { usernameOf } from './access-token-claims.ts'
import { emailDelivery } from './delivery.ts'
import { type End, type Ends, ending, isRefusal, type Logins, whoseOf } from './ends.ts'
import { createHiddenSending } from './enumeration-protection.ts'
import type { Caller, Report } from './events.ts'
import type { PasswordPort, SignedIn, SignInPort, TokenPort } from './identity-provider.ts'
import type { PasswordAlone } from './password-only-logins.ts'
import type { PoolBehaviour } from './pool-behaviour.ts'
import type { RequiredResets } from './required-resets.ts'
import { createPace } from './response-time.ts'
import { retryOnce, retryWhileStoreUnavailable } from './retry.ts'
import { type Authenticated, sessionFields } from './session.ts'
import { isCode, isTrigger, wrongCode } from './shared-errors.ts'
import { revokeTwice } from './sign-out.ts'

export interface PasswordOptions {
  readonly identity: PasswordPort &
    Pick<SignInPort, 'signIn'> &
    Pick<TokenPort, 'signOutEverywhere' | 'revoke'>
  readonly ends: Ends
  readonly logins: Pick<Logins, 'begin'>
  /** Whose sessions were begun under an address. */
  readonly addresses: { userOf(email: string): Promise<string | undefined> }
  readonly protection: boolean
  readonly resets: Pick<RequiredResets, 'done'>
  readonly passwordAlone: Pick<PasswordAlone, 'has'>
  readonly behaviour: PoolBehaviour
  readonly report: Report
}

export interface Passwords {
  /**
   * Changes the password and ends the user's other sessions and the logins under way. `renew` is to give this
   * session a new id, of a login that began at `since`: with fresh tokens, where every other token of the user
   * could be revoked at Cognito, else with those it has. Whatever fails after the change is no failure of the
   * change: false then, and this session has ended as well.
   * @throws AppError `invalid_credentials` for the current password, `invalid_password` for the new one;
   * `store_unavailable` before anything is changed.
   */
  change(
    accessToken: string,
    session: Authenticated,
    passwords: { currentPassword: string; newPassword: string },
    renew: (fresh: SignedIn | undefined, since: number) => Promise<unknown>
  ): Promise<boolean>
  /** Sends a reset code. With protection the answer is the same for every address. */
  forgot(email: string, by?: Caller): Promise<Delivery>
  /**
   * Sets a new password by code and ends all sessions of the user. Nobody is logged in by it.
   * With protection, what is wrong with the code is not said: it would tell of the account.
   * @throws AppError `code_mismatch`, `code_expired`, `invalid_password`; `email_not_found` without protection;
   * `refused_by_trigger` where a trigger failed and the new password does not open the account.
   */
  reset(proof: { email: string; code: string; newPassword: string }, by?: Caller): Promise<void>
}

export function createPasswords(options: PasswordOptions): Passwords {
  const { identity, ends, logins, protection, report } = options
  const refusals = createPace()
  const sendHidden = createHiddenSending({
    ...options,
    question: 'recovery',
    hidden: tellingAtForgot
  })

  /** Returns the failure of a trigger that Cognito runs once the password is set. */
  async function confirm(proof: { email: string; code: string; newPassword: string }) {
    const startedAt = performance.now()
    try {
      await identity.confirmForgotPassword(proof)
      return undefined
    } catch (error) {
      if (isAfterReset(error)) return error
      if (!protection || !isCode(error, ...tellingAtReset)) throw error
      if (error.reason === 'user_not_found') await refusals.simulated(startedAt)
      else await refusals.ended(startedAt)
      throw wrongCode(error)
    }
  }

  return {
    async change(accessToken, session, passwords, renew) {
      const { user, handle } = session.data
      const end = await ends.write({ ...whoseOf(user, accessToken), except: handle })
      await identity.changePassword(accessToken, passwords).catch(async (error: unknown) => {
        if (isRefusal(error)) end.cancel()
        else await end.carryOut()
        throw error
      })
      try {
        if (!(await end.carryOut())) throw new AppError('store_unavailable')
        const since = await retryWhileStoreUnavailable(() => logins.begin())
        const fresh = (await options.passwordAlone.has(user.email))
          ? await replaceAllTokens(options, accessToken, passwords.newPassword, session.caller)
          : undefined
        await retryWhileStoreUnavailable(() => renew(fresh, since)).catch((error: unknown) => {
          if (fresh) void revokeTwice(options, sessionFields(session), fresh.tokens.refreshToken)
          throw error
        })
        return true
      } catch (error) {
        report('session.ended', { ...sessionFields(session), reason: 'not_renewed', error })
        await end.carryOut({ noException: true })
        return false
      }
    },

    async forgot(email, by) {
      const send = () => identity.forgotPassword(email)
      if (protection) return await sendHidden(email, send, by)
      return (await send()) ?? emailDelivery(email)
    },

    async reset(proof, by) {
      let failed: AppError | undefined
      const end = await ending(ends, { names: [proof.email] }, async () => {
        failed = await confirm(proof)
      })
      // Whether the password is set although a trigger failed, a login with it tells.
      const isIn = await endTheRest(options, proof, end, { by, isCertain: failed === undefined })
      if (failed === undefined) return
      if (!isIn) throw failed
      report('trigger.failed', { reason: 'reset', error: failed, by })
    }
  }
}

/** Only PostConfirmation runs at a reset: where Cognito does not name the trigger, it is this one. */
function isAfterReset(error: unknown): error is AppError {
  return isTrigger(error) && (error.trigger?.name ?? 'PostConfirmation') === 'PostConfirmation'
}

/** Cognito counts attempts for accounts that exist, and for others in some pools only. */
const tellingAtForgot: ErrorCode[] = [
  'email_not_found',
  'user_not_confirmed',
  'invalid_request',
  'attempt_limit_exceeded'
]

const tellingAtReset: ErrorCode[] = [...tellingAtForgot, 'code_mismatch', 'code_expired']

/**
 * GlobalSignOut takes the tokens of this session with it. So a login with the new password is tried
 * before, to see whether one is possible without a challenge, and made again after.
 */
async function replaceAllTokens(
  { identity, report }: PasswordOptions,
  accessToken: string,
  password: string,
  by: Caller | undefined
): Promise<SignedIn | undefined> {
  const credentials = { email: usernameOf(accessToken), password }
  const trial = await identity.signIn(credentials).catch((error: unknown) => {
    report('revoke.failed', { reason: 'password_change', error, by })
  })
  if (trial?.kind !== 'signed_in') return undefined
  try {
    await identity.signOutEverywhere(trial.tokens.accessToken)
  } catch (error) {
    report('revoke.failed', { reason: 'password_change', error, by })
    return trial
  }
  const again = await retryOnce(() => identity.signIn(credentials))
  if (again.kind === 'signed_in') return again
  throw new AppError('session_expired', { reason: 'challenge_after_password_change' })
}

/**
 * The name has ended by now, and with it the sessions of the user it has led to. A silent login with the new
 * password, where it sends no code, finds sessions begun under another name, and gives the token that GlobalSignOut wants. To rely on it
 * would leave them to a thief who keeps the account locked by wrong passwords. Returns whether the new password
 * was accepted.
 */
async function endTheRest(
  { identity, addresses, resets, passwordAlone, report }: PasswordOptions,
  { email, newPassword }: { email: string; newPassword: string },
  end: End,
  { by, isCertain }: { readonly by: Caller | undefined; readonly isCertain: boolean }
): Promise<boolean> {
  // The password is changed whatever follows: what fails now is reported.
  const failed = (error: unknown) =>
    report('revoke.failed', { reason: 'password_reset', error, by })
  await retryOnce(() => resets.done(email)).catch(failed)
  const known = await addresses.userOf(email).catch(failed)
  // Where a trigger has failed, nothing else tells whether the password is set.
  const isSilent = !isCertain || (await passwordAlone.has(email))
  const login = isSilent
    ? await retryOnce(() => identity.signIn({ email, password: newPassword })).catch(failed)
    : undefined
  const found = login && (login.kind === 'signed_in' ? login.user.sub : login.username)
  if (found && found !== known) await end.carryOut({ sub: found })
  const sub = found ?? known
  if (isCertain || login) report('password.reset', { ...(sub && { sub }), by })
  if (login?.kind === 'signed_in') {
    await identity.signOutEverywhere(login.tokens.accessToken).catch(failed)
  }
  return login !== undefined
}
