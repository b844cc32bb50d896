/** What the session store needs from whatever keeps its bytes: atomic, conditional writes. */

import type { EndReason } from '../auth/end-reason.ts'
import type { WriteOutcome } from '../auth/session.ts'

/** SHA-256 of a session id, base64url: all that a backend ever learns of the id. */
export type RecordName = string

/** What decides how long a record lives: `now`, the idle time, and the absolute end (ms). */
export interface Lifetime {
  readonly now: number
  readonly idle: number
  readonly expiresAt: number
}

/** A sealed part, to be written only over the version that was read. */
export interface PartWrite {
  readonly versionRead: number
  readonly sealed: Buffer
}

/** What is sent to the instances that watch a session. */
export type SessionNews = EndReason | 'renewed' | 'changed'

export interface Removal {
  readonly news: EndReason | 'renewed'
  /** How long (ms) a tombstone takes the place of the record. */
  readonly buriedFor?: number | undefined
  /** Named by the tombstone. */
  readonly successor?: RecordName | undefined
}

/** `tokens_written`: the tokens only, because the session was written since it was read. */
export type TokensOutcome = WriteOutcome | 'tokens_written'

/**
 * Records in the layout of record.ts. Where the store is out of reach, all throw
 * `store_unavailable`.
 */
export interface Records {
  /** Of a record or a tombstone. False where the name is taken by either; nothing is written then. `ttl` in ms. */
  insert(name: RecordName, record: Buffer, ttl: number): Promise<boolean>
  /** A tombstone is read as it stands; to all that writes it is no record. */
  read(name: RecordName): Promise<Buffer | null>
  /** The first `headLength` bytes of the record: see record.ts. */
  readHead(name: RecordName): Promise<Buffer | null>
  /** `gone` also for a record whose idle or absolute end has passed. */
  replaceSession(name: RecordName, session: PartWrite, life: Lifetime): Promise<WriteOutcome>
  /** `stale` also without the lease of `owner`. Writes the session part where that is not stale. */
  replaceTokens(
    name: RecordName,
    owner: string,
    tokens: PartWrite,
    session: PartWrite,
    life: Lifetime
  ): Promise<TokensOutcome>
  /** Sets lastSeenAt to `life.now`, and the time to live; never backwards, never of the dead. */
  touch(name: RecordName, life: Lifetime): Promise<void>
  /** Removes record, lease and mark, and returns the record as it was; null where there was none. */
  remove(name: RecordName, removal: Removal): Promise<Buffer | null>
  /** The record in whose favour this one was removed, as long as its tombstone stands. */
  successorOf(name: RecordName): Promise<RecordName | undefined>
  /** lastSeenAt of each record, null for one that is not there. */
  lastSeen(names: readonly RecordName[]): Promise<(number | null)[]>
}

/**
 * `busy` while there is a lease, and where there is no record. `retaken`: an earlier holder has left an
 * attempt with these tokens unresolved.
 */
export type LeaseOutcome = 'busy' | 'taken' | 'retaken'

/** The right to refresh a session, for a time (`ttl` in ms), with the owner's name on it. */
export interface Leases {
  /**
   * Marks the tokens, at their version, as sent to Cognito, for `marked` ms: an instance that is killed then leaves the mark
   * behind. Tokens written over them have another version, so that the mark does not hold for those.
   */
  take(name: RecordName, owner: string, ttl: number, marked: number): Promise<LeaseOutcome>
  renew(name: RecordName, owner: string, ttl: number): Promise<boolean>
  /** Removes the mark, too, unless the attempt is `unresolved`. Does nothing unless the caller is the owner. */
  release(name: RecordName, owner: string, unresolved: boolean): Promise<void>
}

/** An entry of index-entry.ts under its handle. */
export interface HandledEntry {
  readonly handle: string
  readonly entry: Buffer
}

/** The sessions of each user. `user` is a hash of the sub. */
export interface UserIndex {
  /**
   * Keeps the index for at least `ttl` ms; drops entries past their end now and then. False, and nothing is
   * added, where `since` (by the login clock) is before the user's not-before.
   */
  add(user: string, added: HandledEntry, ttl: number, now: number, since?: number): Promise<boolean>
  /** Refuses, for `ttl` ms, entries of logins that began before `notBefore`. Never moves backwards. */
  refuseBefore(user: string, notBefore: number, ttl: number): Promise<void>
  /** The user's not-before; 0 where there is none. */
  notBefore(user: string): Promise<number>
  find(user: string, handle: string): Promise<Buffer | null>
  all(user: string): Promise<HandledEntry[]>
  /** Drops entries that still name the same record. */
  drop(user: string, dropped: readonly HandledEntry[]): Promise<void>
}

/** News of records on any instance. A message may be lost, and none is sent for a record that expired. */
export interface News {
  /** Sends that the user of a session was changed. Never throws. */
  announceChange(name: RecordName): void
  /** Rejects where the store refuses to send news; may be called again then. */
  subscribe(onNews: (name: RecordName, news: SessionNews) => void): Promise<void>
}

/**
 * One clock for all instances, in ms: the store's own, kept from going backwards. It separates logins that began
 * before an end from those that began after it.
 */
export interface LoginClock {
  now(): Promise<number>
  /** Moves it on: later than every `now` before, not later than any that follows. */
  next(): Promise<number>
}

/** What is to end, written down before Cognito is asked. The entries are sealed. */
export interface EndJournal {
  write(id: string, entry: Buffer): Promise<void>
  remove(id: string): Promise<void>
  /** Those written at least `age` ms ago. */
  overdue(age: number): Promise<readonly { id: string; entry: Buffer }[]>
}

export interface SessionBackend {
  readonly clock: LoginClock
  readonly journal: EndJournal
  readonly records: Records
  readonly news: News
  readonly leases: Leases
  readonly index: UserIndex
  ping(): Promise<void>
  close(): Promise<void>
}

// What the session store reports for logs and metrics; nothing in it is secret.

/**
 * Something was found that does not open. `unknown_key`: sealed with a key that SESSION_KEYS does
 * not hold (any more). `unknown_format`: not written by this version. `tampered`: changed, or moved
 * from elsewhere.
 */
export interface UnreadableEvent {
  readonly type: 'session_unreadable'
  readonly part: 'session' | 'tokens' | 'device'
  readonly reason: 'unknown_key' | 'unknown_format' | 'tampered'
  /** SHA-256 of the session id, as in the name of its record: fit for a log, and to look it up. */
  readonly name: string
}

/** The store refuses to send news of ended sessions: they are noticed by looking, up to 4 s later. */
export interface UnsubscribedEvent {
  readonly type: 'session_ends_unsubscribed'
  readonly error: unknown
}

export type SessionStoreEvent = UnreadableEvent | UnsubscribedEvent

export type Report = (event: SessionStoreEvent) => void
