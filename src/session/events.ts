/** What the session store reports to whoever watches over it; nothing in it is secret. */

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
