/**
 * Ends of all sessions of a user, and the logins that overlap them. A login that began before such an end creates no
 * session after it, whatever Cognito returns. And an end is recorded before Cognito is called, so that it is carried
 * out even if this process dies. `src/session/end-journal.ts` implements the ports.
 */
import { AppError } from '../errors.ts'
import { usernameOf } from './access-token-claims.ts'
import type { EndReason } from './end-reason.ts'
import type { User } from './identity-provider.ts'

/** Logins in progress. `since` is when a login began, by the clock of the store: comparable between instances. */
export interface Logins {
  /** To be called before the password is checked at Cognito. Returns `since`. @throws AppError `store_unavailable` */
  begin(): Promise<number>
  /**
   * Whether the sessions of none of its names have been ended since the login began. To be called before each further
   * step at Cognito. @throws AppError `store_unavailable`
   */
  mayContinue(login: StartedLogin): Promise<boolean>
  /**
   * Records which user a login name belongs to, so that sessions can be ended by the name. To be called before the
   * session is created. @throws AppError `session_expired` where sessions of the name have been ended since;
   * `store_unavailable`
   */
  recordUser(name: string, sub: string, since: number): Promise<void>
}

export interface StartedLogin {
  readonly since: number
  /** The name that the user typed, and Cognito's username. */
  readonly names: readonly string[]
}

/** The user target sessions and logins are to end. Stored: field names must stay. */
export interface EndTarget {
  /** Undefined where only a name is known: then the users that it lately belonged to. */
  readonly sub?: string | undefined
  /** The known names that the user may be logging in by at the moment. */
  readonly names: readonly string[]
  /** Handle of a session that is not ended. */
  readonly except?: string
  /** Undefined where an older version recorded it. */
  readonly reason?: EndReason
}

export interface CarryOutOptions {
  /** A further user, who has turned out to own the name. */
  readonly sub?: string
  /** Ends the session `except`, too. */
  readonly includeExcepted?: true
}

/** A recorded end. */
export interface RecordedEnd {
  /**
   * Ends the sessions. Never throws. Resolves to false where the store stays unavailable: then it is retried in the
   * background or, if this process dies, by another one.
   */
  carryOut(more?: CarryOutOptions): Promise<boolean>
  /** Deletes the record: nothing has changed, so nothing must end. Returns at once. */
  cancel(): void
}

export interface Ends {
  /** Records an end before it is carried out. @throws AppError `store_unavailable`: then nothing may be changed. */
  record(target: EndTarget): Promise<RecordedEnd>
}

/**
 * Makes a change at Cognito after which sessions must end, and ends them, also where it is unknown whether Cognito has
 * made the change. @throws AppError `store_unavailable` before anything is changed, and whatever `change` throws.
 */
export async function endSessionsAfter(
  ends: Ends,
  target: EndTarget,
  change: () => Promise<unknown>
): Promise<RecordedEnd> {
  const end = await ends.record(target)
  await change().catch(async (error: unknown) => {
    if (isDefiniteFailure(error)) end.cancel()
    else await end.carryOut()
    throw error
  })
  await end.carryOut()
  return end
}

/** The target for all sessions of a user. An unverified email is left out: it may be another person's. */
export function endTargetOf(user: User, reason: EndReason, accessToken?: string): EndTarget {
  const { sub, email, emailVerified } = user
  const username = accessToken === undefined ? [] : [usernameOf(accessToken)]
  return { sub, names: emailVerified ? [email, ...username] : username, reason }
}

/**
 * Whether Cognito has certainly changed nothing: it has rejected the call, or not received it. Without a response, or
 * with an unreadable one, it may have made the change.
 */
export function isDefiniteFailure(error: unknown): boolean {
  if (!(error instanceof AppError) || error.code === 'upstream_error') return false
  if (error.code !== 'cognito_unavailable') return true
  return !/^(timeout|unreachable|http_5xx)$/.test(error.reason ?? '')
}

const detail = 'The password was changed or the user logged out during this login. Log in again.'

/** The error for a login target user's sessions were ended after it began. */
export const loginOvertaken = () =>
  new AppError('session_expired', { detail, reason: 'ended_meanwhile' })
