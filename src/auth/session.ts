import { randomBytes } from 'node:crypto'
import type { Caller, EventFields } from './events.ts'
import type { ChallengeIssued, Tokens, User } from './identity-provider.ts'

/** A session of a signed-in user. Small on purpose: it is sealed, opened and hashed on every request. */
export interface AuthenticatedSession {
  readonly kind: 'authenticated'
  /** Public name of the session for "my sessions"; says nothing about its id. A new id takes a new handle. */
  readonly handle: string
  readonly user: User
  readonly createdAt: number
  /** Absolute end, whatever the activity. */
  readonly expiresAt: number
  /** When the password (and any challenge) was last proved. */
  readonly authenticatedAt: number
  /** When the login began, by the login clock; undefined where an older version began it. */
  readonly since?: number
  /** Another login that its browser has begun: the session lives until that is complete. */
  readonly challenge?: PendingChallenge
}

/** The sign-up a browser began: it alone may learn what becomes of the account. */
export interface SignUpMark {
  readonly email: string
  /** The account is not of this sign-up, or may not be: the address was taken, which the caller must not learn. */
  readonly simulated: boolean
  /** A hash of the password that was typed: see typed-password.ts. */
  readonly typed?: string
  /** Nothing is left to confirm: this browser has done so, or the pool did by itself. */
  readonly confirmed?: true
}

/** A login between password and tokens; bound to the browser by the session it lies in. */
export interface PendingChallenge {
  readonly issued: ChallengeIssued
  /** What was typed at login. */
  readonly email: string
  readonly triesLeft: number
  readonly expiresAt: number
  /** When the login began, by the login clock; undefined where an older version began it. */
  readonly since?: number
}

/** What an anonymous browser has begun. */
export interface PendingSession {
  readonly kind: 'pending'
  readonly createdAt: number
  readonly expiresAt: number
  readonly signUp?: SignUpMark
  readonly challenge?: PendingChallenge
}

export type SessionData = AuthenticatedSession | PendingSession

/** A session as it was read. `id` is the secret of the cookie: never logged, never sent. */
export interface LoadedSession<Data extends SessionData = SessionData> {
  readonly id: string
  readonly data: Data
  readonly lastSeenAt: number
  readonly idleExpiresAt: number
  /** The request it was read for, for the log. */
  caller?: Caller | undefined
  /** Opens the sealed tokens on first use; undefined for a pending session, and where they do not open. */
  tokens(): Tokens | undefined
}

/**
 * What the store has under an id. `ended`: the session is unknown, was ended, idle or expired, or no key opens it.
 * `replaced`: it was retired moments ago, and its browser has been given another id.
 */
export type FoundSession =
  | { readonly kind: 'live'; readonly session: LoadedSession }
  | { readonly kind: 'ended' }
  | { readonly kind: 'replaced' }

/** A session of a signed-in user, as it was read. */
export type Authenticated = LoadedSession<AuthenticatedSession>

export function isAuthenticated(session: LoadedSession): session is Authenticated {
  return session.data.kind === 'authenticated'
}

/** The fields of an event that name a session and its user. */
export const sessionFields = ({ data, caller }: Authenticated): EventFields => ({
  sub: data.user.sub,
  session: data.handle,
  by: caller
})

/** The session of a signed-in user that was found; undefined where it is none, or not live. */
export function authenticatedOf(found: FoundSession): Authenticated | undefined {
  return found.kind === 'live' && isAuthenticated(found.session) ? found.session : undefined
}

/** `stale`: somebody wrote since it was read. `gone`: it was ended; nothing was written, nothing came back. */
export type WriteOutcome = 'written' | 'stale' | 'gone'

/** The exclusive right to refresh one session, until `expiresAt` or release. */
export interface Lease {
  readonly owner: string
  readonly expiresAt: number
  /** An earlier holder may have used the refresh token that is stored, and nothing is stored of what came of it. */
  readonly unresolved: boolean
}

/** Where a session was begun, for "my sessions". */
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
 * The session store. Only `create` creates: every other write is conditional on the record still being
 * there, so that a logout wins over anything in flight. Throws AppError `store_unavailable` when the
 * store does not answer in time; never hangs.
 */
export interface SessionStore {
  /**
   * @throws AppError `session_expired` where all sessions of the user have ended after its login began
   * (`since`), or in the middle of it.
   */
  create(id: string, data: SessionData, tokens?: Tokens, device?: Device): Promise<LoadedSession>
  /** Looks a session up by the id in its cookie. One round trip. */
  find(id: string): Promise<FoundSession>
  /**
   * Replaces the data, if nobody else did since `session` was read. Leaves the tokens alone. Once written,
   * `session` answers the new data and may be written again. Throws TypeError for the data of somebody else.
   */
  update(session: LoadedSession, data: SessionData): Promise<WriteOutcome>
  /**
   * Replaces tokens (and the user) after a refresh, if the lease is still ours and nobody wrote tokens since.
   * Where the lease has run out meanwhile: take it anew and repeat, rather than lose a rotated refresh token.
   */
  replaceTokens(
    session: Authenticated,
    tokens: Tokens,
    user: User,
    lease: Lease
  ): Promise<WriteOutcome>
  /** Slides the idle timer. Does nothing while only a small share of it has passed. */
  touch(session: LoadedSession): Promise<void>
  /** Ends a session, and answers it as it was at its end; null where it was gone, which is no error. */
  destroy(session: LoadedSession): Promise<LoadedSession | null>
  /** The same for a session that could not be read: by its id alone. */
  destroyUnread(id: string): Promise<LoadedSession | null>
  /** The same for a session in whose place its browser gets another one. */
  retire(session: LoadedSession, successor?: LoadedSession): Promise<LoadedSession | null>
  /** Ends what has taken the place of a session that was retired moments ago, however often that has happened. */
  destroySuccessors(id: string): Promise<void>
  /** The live sessions of a user, newest first. */
  list(sub: string): Promise<SessionSummary[]>
  /** Ends one session of a user by its handle. False if it is not this user's, or gone. */
  destroyByHandle(sub: string, handle: string): Promise<boolean>
  /** Ends all sessions of a user, but for the one with the handle `except`. Answers how many. */
  destroyAll(sub: string, except?: string): Promise<number>
  /** Takes the refresh lease for `ttl` ms; null while somebody else holds it, and once the session is gone. */
  acquireLease(session: LoadedSession, ttl: number): Promise<Lease | null>
  /** Prolongs a lease that is still ours; null if it is not. */
  renewLease(session: LoadedSession, lease: Lease, ttl: number): Promise<Lease | null>
  /**
   * Gives a lease back, if it is still ours. `unresolved` (false where not given): Cognito may have been asked, and
   * what came of it is not stored; the next holder of the lease is told so.
   */
  releaseLease(session: LoadedSession, lease: Lease, unresolved?: boolean): Promise<void>
  /**
   * Runs `onEnd` once, within 4 s of the end of the session, wherever and however it ended (a renewal of its id
   * included); also where the store has been out of reach for 30 s. Returns what stops it.
   */
  watch(session: LoadedSession, onEnd: () => void): () => void
  /** Throws `store_unavailable` where the store is not ready to serve. */
  ping(): Promise<void>
  close(): Promise<void>
}

// The data of new sessions. Instants in ms.

/** The session of a user who has just proved who they are. `since`: when that login began. */
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

/** The same session under a name of its own, for a new id: its ends stay where they were. */
export function renewedSession(session: AuthenticatedSession): AuthenticatedSession {
  return { ...session, handle: newHandle() }
}

const newHandle = () => randomBytes(16).toString('base64url')

/** As long as a sign-up code of Cognito lives. */
const signUpLife = 24 * 3_600_000

/** What an anonymous browser has begun; a sign-up is remembered while its code may come. */
export function pendingSession(
  now: number,
  { signUp, challenge }: { signUp?: SignUpMark | undefined; challenge?: PendingChallenge }
): PendingSession {
  return {
    kind: 'pending',
    createdAt: now,
    expiresAt: signUp || !challenge ? now + signUpLife : challenge.expiresAt,
    ...(signUp && { signUp }),
    ...(challenge && { challenge })
  }
}
