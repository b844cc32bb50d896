/** @fastify/session, used for the one thing it does for us: beginning a session. */
import session, {
  type FastifySessionOptions,
  type SessionStore as FastifyStore
} from '@fastify/session'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Tokens } from '../auth/identity-provider.ts'
import type {
  Device,
  FoundSession,
  LoadedSession,
  SessionData,
  SessionStore
} from '../auth/session.ts'

type Opener = (request: FastifyRequest) => void

/**
 * @fastify/session without its hooks and its reading: puts a session with a new id into `request.session`.
 * Its hooks would draw an id for every anonymous request (13 of 44 us of CPU time), look for changes by hashing
 * every other session (4 of 74 us), and leave out the cookie behind a TLS terminator, whose last hop is plain
 * HTTP. What it builds around a session that was read (two cookies, a text, a hash of it) serves those hooks
 * alone, at 4 of 40 us. Registered in a scope without routes they never run; what they did is done by
 * plugins/session-cookie.ts.
 */
export async function sessionOpener(
  app: FastifyInstance,
  options: FastifySessionOptions
): Promise<Opener> {
  let opener: Opener | undefined
  const withoutRoutes: FastifyPluginAsync = async scope => {
    await scope.register(session, options)
    // No cookie of ours is empty: the library does not ask the store, and calls back at once.
    opener = request => scope.decryptSession('', request, () => undefined)
  }
  await app.register(withoutRoutes)
  if (opener) return opener
  throw new Error('@fastify/session was not registered')
}

// What @fastify/session carries for us while a session begins, and the store it saves it through.

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

// The name of the session cookie, which depends on where browsers find the service.

/**
 * Over TLS the longest prefix that browsers know: `__Host-Http-` also refuses a cookie that a script sets.
 * A browser that does not know it applies the rules of `__Host-` (RFC 6265bis 4.1.3). Plain HTTP has neither.
 * Cookies ignore ports, so a port that is not the scheme's own becomes part of the name: two services on one
 * host would otherwise overwrite each other's cookie.
 *
 * @param publicOrigin as in PUBLIC_ORIGIN: `https://app.example.com`, `http://localhost:3000`
 */
export function sessionCookieName(publicOrigin: string): string {
  const { protocol, port } = new URL(publicOrigin)
  const name = protocol === 'https:' ? '__Host-Http-session' : 'bff-session'
  return port === '' ? name : `${name}-${port}`
}

/**
 * `none`: there was no cookie, the store did not respond, or the session was ended by this request. The cookie is
 * cleared where the session has `ended`, but kept where it was `replaced`: clearing is by name, and would take the
 * browser's new one.
 */
export type SessionOfRequest = FoundSession | { readonly kind: 'none' }

export const noSession: SessionOfRequest = { kind: 'none' }
