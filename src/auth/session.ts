/** Sessions: their data, and the port of the session store. Instants in ms. */
import { randomBytes } from 'node:crypto'
import type { EndReason, SessionWatcher } from './end-reason.ts'
import type { Caller, EventFields } from './events.ts'
import type { CognitoChallenge, Tokens, User } from './identity-provider.ts'

/** The session of a signed-in user. Stored: field names must stay. */
export interface AuthenticatedSession {
  readonly kind: 'authenticated'
  /**
   * Public id of the session, for the list of sessions; unrelated to the secret id. A new id comes with a new handle.
   */
  readonly handle: string
  readonly user: User
  readonly createdAt: number
  /** Absolute expiry, whatever the activity. */
  readonly expiresAt: number
  /** When the user last signed in with the password (and any challenge). */
  readonly authenticatedAt: number
  /** When the login began, by the login clock; undefined where an older version began it. */
  readonly since?: number
  /** A further login that the browser has begun: the session stays until that is complete. */
  readonly challenge?: PendingChallenge
}

/** The sign-up that a browser has started: only this browser may learn what becomes of the account. */
export interface StartedSignUp {
  readonly email: string
  /**
   * The account was not created by this sign-up, or may not have been: the email was taken, which the client must not
   * learn.
   */
  readonly simulated: boolean
  /** Hash of the password that was typed at the sign-up: see started-sign-up.ts. */
  readonly typed?: string
  /** Confirmed by this browser, or automatically by the pool. */
  readonly confirmed?: true
}

/** A login that waits for the answer to a challenge; bound to the browser by its session. */
export interface PendingChallenge {
  readonly issued: CognitoChallenge
  /** The email that was typed at the login. */
  readonly email: string
  readonly triesLeft: number
  readonly expiresAt: number
  /** When the login began, by the login clock; undefined where an older version began it. */
  readonly since?: number
}

/** The session of a browser that is not signed in, with the sign-up or login that it has started. */
export interface PendingSession {
  readonly kind: 'pending'
  readonly createdAt: number
  readonly expiresAt: number
  readonly signUp?: StartedSignUp
  readonly challenge?: PendingChallenge
}

export type SessionData = AuthenticatedSession | PendingSession

/** A session as it was read from the store. `id` is the secret in the cookie: it must never be logged or sent. */
export interface LoadedSession<Data extends SessionData = SessionData> {
  readonly id: string
  readonly data: Data
  readonly lastSeenAt: number
  readonly idleExpiresAt: number
  /** The request that it was read for, for the log. */
  caller?: Caller | undefined
  /** Decrypts the tokens on first use; undefined for a pending session, and where no key decrypts them. */
  tokens(): Tokens | undefined
}

/**
 * What the store has under an id. `ended`: the session is unknown, ended, idle or expired, or no key decrypts it.
 * `replaced`: it was retired moments ago, and its browser has received another id.
 */
export type FoundSession =
  | { readonly kind: 'live'; readonly session: LoadedSession }
  | { readonly kind: 'ended' }
  | { readonly kind: 'replaced' }

/** The session of a signed-in user, as it was read. */
export type Authenticated = LoadedSession<AuthenticatedSession>

export function isAuthenticated(session: LoadedSession): session is Authenticated {
  return session.data.kind === 'authenticated'
}

/** The fields of an event that name a session and its user. */
export const sessionFields = ({ data, caller }: Authenticated): EventFields => ({
  sub: data.user.sub,
  session: data.handle,
  caller
})

/** The session of a signed-in user that was found; undefined where it is none, or not live. */
export function authenticatedOf(found: FoundSession): Authenticated | undefined {
  return found.kind === 'live' && isAuthenticated(found.session) ? found.session : undefined
}

/**
 * `stale`: another request has written it since it was read. `gone`: it has ended. In both cases nothing was written.
 */
export type WriteOutcome = 'written' | 'stale' | 'gone'

/** The exclusive right to refresh one session, until `expiresAt` or release. */
export interface Lease {
  readonly owner: string
  readonly expiresAt: number
  /** An earlier holder may have used the stored refresh token without storing the result. */
  readonly unresolved: boolean
}

/** The device that a session was begun on, for the list of sessions. */
export interface Device {
  readonly ip: string
  readonly userAgent: string
}

export interface SessionSummary extends Device {
  readonly handle: string
  readonly createdAt: number
  readonly lastSeenAt: number
}

/**
 * The session store. Only `create` creates records: every other write requires that the record still exists, so that a
 * logout wins over concurrent writes. Every method throws AppError `store_unavailable` where the store does not respond
 * in time.
 */
export interface SessionStore {
  /**
   * @throws AppError `session_expired` where all sessions of the user were ended after its login began
   * (`since`).
   */
  create(id: string, data: SessionData, tokens?: Tokens, device?: Device): Promise<LoadedSession>
  /** Looks a session up by the id in its cookie. One round trip. */
  find(id: string): Promise<FoundSession>
  /**
   * Replaces the data, if it was not replaced since `session` was read. The tokens stay. Once written, `session` has
   * the new data and may be written again. Throws TypeError for the data of another user.
   */
  update(session: LoadedSession, data: SessionData): Promise<WriteOutcome>
  /**
   * Replaces the tokens and the user after a refresh, if the lease is still held and no tokens were written since. If
   * the lease has expired meanwhile, acquire it again and repeat, rather than lose a rotated refresh token.
   */
  replaceTokens(
    session: Authenticated,
    tokens: Tokens,
    user: User,
    lease: Lease
  ): Promise<WriteOutcome>
  /** Extends the idle expiry. Does nothing where only a small share of it has passed. */
  touch(session: LoadedSession): Promise<void>
  /** Ends a session. Returns it as it was at its end; null where it had ended already, which is not an error. */
  destroy(session: LoadedSession, reason?: EndReason): Promise<LoadedSession | null>
  /** As `destroy`, by the id, for a session that could not be read. */
  destroyUnread(id: string): Promise<LoadedSession | null>
  /** As `destroy`, for a session that another session of its browser replaces. */
  retire(session: LoadedSession, successor?: LoadedSession): Promise<LoadedSession | null>
  /** Ends the session that replaced one that was retired moments ago, also over several replacements. */
  destroySuccessors(id: string): Promise<void>
  /** Lists the live sessions of a user, newest first. */
  list(sub: string): Promise<SessionSummary[]>
  /** Ends one session of a user by its handle. Returns false where it is not this user's, or has ended. */
  destroyByHandle(sub: string, handle: string): Promise<boolean>
  /** Ends all sessions of a user, except the one with the handle `except`. Returns how many. */
  destroyAll(sub: string, except?: string, reason?: EndReason): Promise<number>
  /**
   * Acquires the refresh lease for `ttl` ms. Returns null while it is held elsewhere, and where the session has ended.
   */
  acquireLease(session: LoadedSession, ttl: number): Promise<Lease | null>
  /** Extends a lease that is still held; returns null where it is not. */
  renewLease(session: LoadedSession, lease: Lease, ttl: number): Promise<Lease | null>
  /**
   * Releases a lease, if it is still held.
   * @param unresolved whether Cognito may have been called without the result being stored; the next lease has it
   */
  releaseLease(session: LoadedSession, lease: Lease, unresolved?: boolean): Promise<void>
  /**
   * Calls `onEnd` within 4 s of the end of the session on any instance and for any reason, and where the store was
   * unreachable for 30 s. Returns a function that stops watching.
   */
  watch(session: LoadedSession, watcher: SessionWatcher): () => void
  /** Throws `store_unavailable` where the store is not ready. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** The data of a new session, after a login that began at `since`. */
export function newSession(
  user: User,
  now: number,
  absoluteSeconds: number,
  since: number
): AuthenticatedSession {
  return {
    kind: 'authenticated',
    handle: newHandle(),
    user,
    createdAt: now,
    expiresAt: now + absoluteSeconds * 1000,
    authenticatedAt: now,
    since
  }
}

/** The data of the same session for a new id: with a new handle, and the same expiry. */
export function renewedSession(session: AuthenticatedSession): AuthenticatedSession {
  return { ...session, handle: newHandle() }
}

const newHandle = () => randomBytes(16).toString('base64url')

/** How long Cognito's sign-up codes are valid. */
const signUpLife = 24 * 3_600_000

/** The session of a browser that is not signed in. A sign-up is kept for as long as its code is valid. */
export function pendingSession(
  now: number,
  { signUp, challenge }: { signUp?: StartedSignUp | undefined; challenge?: PendingChallenge }
): PendingSession {
  return {
    kind: 'pending',
    createdAt: now,
    expiresAt: signUp || !challenge ? now + signUpLife : challenge.expiresAt,
    ...(signUp && { signUp }),
    ...(challenge && { challenge })
  }
}
