/** What @fastify/session carries for us, and the store it loads and saves through. */
import type { SessionStore as FastifyStore } from '@fastify/session'
import type { Tokens } from '../auth/ports.ts'
import type { Device, LoadedSession, SessionData, SessionStore } from '../auth/session.ts'
import { AppError } from '../errors.ts'

declare module 'fastify' {
  interface Session {
    stored?: StoredSession
  }
}

/**
 * The one field of our session object. @fastify/session stringifies and hashes the object on load; `toJSON`
 * makes that a word instead of the record, which costs little, and tokens never pass through it.
 */
export class StoredSession {
  #loaded: LoadedSession | undefined
  #next: { data: SessionData; tokens?: Tokens; device?: Device } | undefined

  static loaded(session: LoadedSession): StoredSession {
    const stored = new StoredSession()
    stored.#loaded = session
    return stored
  }

  static begun(data: SessionData, tokens?: Tokens, device?: Device): StoredSession {
    const stored = new StoredSession()
    stored.#next = { data, ...(tokens && { tokens }), ...(device && { device }) }
    return stored
  }

  get loaded(): LoadedSession | undefined {
    return this.#loaded
  }

  /** Replaces the data on the next save. */
  replace(data: SessionData): void {
    this.#next = { data }
  }

  toJSON(): string {
    return 'stored'
  }

  /** Writes what has changed: creates a begun session, updates a loaded one. */
  async save(store: SessionStore, id: string): Promise<void> {
    const next = this.#next
    if (next === undefined) return
    if (this.#loaded === undefined) {
      this.#loaded = await store.create(id, next.data, next.tokens, next.device)
    } else {
      const outcome = await store.update(this.#loaded, next.data)
      if (outcome === 'gone') throw new AppError('session_expired', { reason: 'ended_meanwhile' })
      if (outcome === 'stale') throw new AppError('store_unavailable', { reason: 'conflict' })
    }
    this.#next = undefined
  }
}

/** Our store in the three methods that @fastify/session knows. */
export function fastifyStore(store: SessionStore): FastifyStore {
  return {
    get(id, callback) {
      store.read(id).then(
        session => callback(null, session && wrap(session)),
        error => callback(error)
      )
    },
    set(id, session, callback) {
      const saved = session.stored?.save(store, id) ?? Promise.resolve()
      saved.then(() => callback(), callback)
    },
    // Reached by regenerate() alone, which destroys before it creates. We end the old session ourselves,
    // after the new one is written: a store that fails in between must not cost anybody their session.
    destroy(_id, callback) {
      callback()
    }
  }
}

/** The cookie's own data stays empty: a session's life is kept in the record, not in the browser. */
const wrap = (session: LoadedSession) => ({
  cookie: { originalMaxAge: null },
  stored: StoredSession.loaded(session)
})
