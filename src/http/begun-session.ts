/** What @fastify/session carries for us while a session begins, and the store it saves it through. */
import type { SessionStore as FastifyStore } from '@fastify/session'
import type { Tokens } from '../auth/identity-provider.ts'
import type { Device, LoadedSession, SessionData, SessionStore } from '../auth/session.ts'

declare module 'fastify' {
  interface Session {
    begun?: BegunSession
  }
}

/**
 * The one field of our session object. @fastify/session stringifies and hashes the object: `toJSON` makes
 * that a word, and tokens never pass through it.
 */
export class BegunSession {
  #loaded: LoadedSession | undefined
  readonly #new: readonly [SessionData, Tokens | undefined, Device]

  constructor(data: SessionData, tokens: Tokens | undefined, device: Device) {
    this.#new = [data, tokens, device]
  }

  /** Undefined until it is written. */
  get loaded(): LoadedSession | undefined {
    return this.#loaded
  }

  toJSON(): string {
    return 'begun'
  }

  async save(store: SessionStore, id: string): Promise<void> {
    this.#loaded ??= await store.create(id, ...this.#new)
  }
}

/** Our store in the three methods that @fastify/session knows. We read and end sessions ourselves. */
export function fastifyStore(store: SessionStore): FastifyStore {
  return {
    get: (_id, callback) => callback(null, null),
    set(id, session, callback) {
      const saved = session.begun?.save(store, id) ?? Promise.resolve()
      saved.then(() => callback(), callback)
    },
    destroy: (_id, callback) => callback()
  }
}
