/** A session as it was read, with what a later write of it has to know. */

import type { Caller } from '../auth/events.ts'
import type { Tokens } from '../auth/identity-provider.ts'
import type { LoadedSession, SessionData } from '../auth/session.ts'
import type { RecordName } from './backend.ts'
import type { MasterKey } from './crypto.ts'

/** Kept up to date by the store's own writes: only those of others make a session stale. */
export interface SessionState {
  readonly id: string
  readonly name: RecordName
  readonly idle: number
  /**
   * The master key the record is sealed with: stays, so that every instance can go on reading it.
   */
  readonly master: MasterKey
  /** The key of this session, derived from `master` and the id. */
  readonly key: Buffer
  data: SessionData
  lastSeenAt: number
  sessionVersion: number
  tokensVersion: number
  /** Opens the sealed tokens the first time. */
  openTokens: () => Tokens | undefined
}

/**
 * Fields are private: nothing secret shows where a session is inspected or serialised by mistake.
 */
export class StoredSession implements LoadedSession {
  readonly #state: SessionState
  #caller: Caller | undefined

  constructor(state: SessionState) {
    this.#state = state
  }

  get id(): string {
    return this.#state.id
  }

  get data(): SessionData {
    return this.#state.data
  }

  get lastSeenAt(): number {
    return this.#state.lastSeenAt
  }

  get idleExpiresAt(): number {
    return idleEnd(this.#state)
  }

  get caller(): Caller | undefined {
    return this.#caller
  }

  set caller(request: Caller | undefined) {
    this.#caller = request
  }

  tokens(): Tokens | undefined {
    return this.#state.openTokens()
  }

  /** Throws TypeError for a session that does not come from a session store. */
  static stateOf(session: LoadedSession): SessionState {
    if (session instanceof StoredSession) return session.#state
    throw new TypeError('This session was not read from the session store')
  }
}

/** The idle time never reaches beyond the absolute end. */
function idleEnd({ data, idle, lastSeenAt }: SessionState): number {
  if (data.kind === 'pending') return data.expiresAt
  return Math.min(lastSeenAt + idle, data.expiresAt)
}
