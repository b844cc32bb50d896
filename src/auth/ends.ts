/**
 * Ends and what is under way when they come. A login that began before an end of all sessions of its user opens
 * none after it, whatever Cognito says by then; and what is to end is written down before Cognito is asked, so
 * that it ends however the rest goes. `src/session/end-journal.ts` implements the ports.
 */
import { AppError } from '../errors.ts'
import { usernameOf } from './access-token-claims.ts'
import type { User } from './identity-provider.ts'

/** Logins under way. `since` is when a login began: a time of the store, comparable over all instances. */
export interface Logins {
  /** To be asked before Cognito is asked about the password. @throws AppError `store_unavailable` */
  begin(): Promise<number>
  /**
   * Whether a login may go on: none of its names, nor its user, has ended since it began. To be asked before each
   * further step at Cognito. @throws AppError `store_unavailable`
   */
  mayGoOn(login: LoginUnderWay): Promise<boolean>
  /**
   * Remembers that a name has led to a user, for those who end sessions by the name. To be called before the
   * session is created. @throws AppError `session_expired` where the name has ended since; `store_unavailable`
   */
  enter(name: string, sub: string, since: number): Promise<void>
}

export interface LoginUnderWay {
  readonly since: number
  /** What was typed, and Cognito's username. */
  readonly names: readonly string[]
}

/** Whose sessions and logins are to end. */
export interface Whose {
  /** Undefined where only a name is known: the user it has led to lately. */
  readonly sub?: string | undefined
  /** What the user may be logging in by at this moment, as far as it is known. */
  readonly names: readonly string[]
  /** Handle of the one session that stays. */
  readonly except?: string
}

export interface More {
  /** A user besides, who has turned out to be meant. */
  readonly sub?: string
  /** The session that was to stay does not. */
  readonly noException?: true
}

/** An end that is written down. */
export interface End {
  /**
   * Ends what was written down. Never throws. False where the store does not answer for a while: then it goes on,
   * here or, where this process dies, in another one.
   */
  carryOut(more?: More): Promise<boolean>
  /** Nothing has changed, nothing is to end. Returns at once. */
  cancel(): void
}

export interface Ends {
  /** @throws AppError `store_unavailable`: then nothing may be changed. */
  write(whose: Whose): Promise<End>
}

/**
 * Makes a change at Cognito after which sessions must end, and ends them: also where it is not known whether the
 * change was made. @throws AppError `store_unavailable` before anything is changed, and whatever `change` throws.
 */
export async function ending(
  ends: Ends,
  whose: Whose,
  change: () => Promise<unknown>
): Promise<End> {
  const end = await ends.write(whose)
  await change().catch(async (error: unknown) => {
    if (isRefusal(error)) end.cancel()
    else await end.carryOut()
    throw error
  })
  await end.carryOut()
  return end
}

/**
 * A user as one whose sessions are to end. An email that is not verified may be another person's.
 */
export function whoseOf(user: User, accessToken?: string): Whose {
  const { sub, email, emailVerified } = user
  const username = accessToken === undefined ? [] : [usernameOf(accessToken)]
  return { sub, names: emailVerified ? [email, ...username] : username }
}

/** Whether nothing was changed: Cognito has said no, or has not looked. Silence, and an answer that cannot be read, may be a yes. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof AppError) || error.code === 'upstream_error') return false
  if (error.code !== 'cognito_unavailable') return true
  return !/^(timeout|unreachable|http_5xx)$/.test(error.reason ?? '')
}

const detail = 'The password was changed or the user logged out during this login. Log in again.'

/** For a login that comes after an end. */
export const loginEnded = () =>
  new AppError('session_expired', { detail, reason: 'ended_meanwhile' })
