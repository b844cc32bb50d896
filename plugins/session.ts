/**
 * The session cookie and the session behind it: @fastify/session over our store. `app.sessions` begins
 * and ends them; a request reads its own through `sessions.of`.
 */
import { randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import session, { type FastifySessionOptions } from '@fastify/session'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import { newSession, pendingSession, renewedSession } from '../src/auth/new-session.ts'
import type { SignedIn, Tokens } from '../src/auth/ports.ts'
import { holdingTokens } from '../src/auth/renewal.ts'
import {
  type Authenticated,
  isAuthenticated,
  type LoadedSession,
  type PendingSession,
  type SessionData
} from '../src/auth/session.ts'
import { AppError } from '../src/errors.ts'
import { fastifyStore, StoredSession } from '../src/http/stored-session.ts'

export interface Sessions {
  /** The session this request came with, if it is alive. */
  of(request: FastifyRequest): LoadedSession | undefined
  /** The same, if somebody is signed in. */
  signedIn(request: FastifyRequest): Authenticated | undefined
  /** The same, if an anonymous browser began something. */
  pending(request: FastifyRequest): PendingSession | undefined
  /** The value of the session cookie, if the request carried one. */
  cookieOf(request: FastifyRequest): string | undefined
  /** Starts a session under a new id; one the browser had before is ended. Sets the cookie. */
  begin(request: FastifyRequest, signedIn: SignedIn): Promise<Authenticated>
  /** Remembers what an anonymous browser began, under a new id, unless it only goes on. Sets the cookie. */
  hold(request: FastifyRequest, begun: Pick<PendingSession, 'signUp' | 'challenge'>): Promise<void>
  /** Gives the session of a signed-in user a new id; tokens and ends stay. Sets the cookie. */
  renew(request: FastifyRequest): Promise<Authenticated>
  /** Forgets the session on this side of the request and clears the browser's cookie. */
  forget(request: FastifyRequest, reply: FastifyReply): void
}

declare module 'fastify' {
  interface FastifyInstance {
    sessions: Sessions
  }
}

interface Options {
  /** Over TLS the cookie bears the `__Host-` prefix, which plain HTTP cannot (RFC 6265bis 4.1.3.2). */
  https: boolean
  absoluteSeconds: number
}

/** 256 random bits (OWASP asks for 64 at least, the contract for 128). */
const newId = () => randomBytes(32).toString('base64url')
const idForm = /^[A-Za-z0-9_-]{43}$/

/**
 * The cookie is the bare id: 256 random bits that only the store can confirm need no signature, and a
 * signing secret would log everybody out when it is rotated (@fastify/session clears such cookies).
 */
const signer = {
  sign: (id: string) => id,
  unsign: (value: string) => ({ valid: idForm.test(value), renew: false, value })
}

export default plugin(
  async (app, { https, absoluteSeconds }: Options) => {
    const name = https ? '__Host-session' : 'session'
    const attributes = { path: '/', httpOnly: true, secure: https, sameSite: 'strict' } as const
    // parseOptions also shape the clearing cookie, which a browser refuses for __Host- without Secure.
    await app.register(cookie, { parseOptions: attributes })
    const open = await sessionOpener(app, {
      secret: signer,
      cookieName: name,
      idGenerator: newId,
      store: fastifyStore(app.store),
      cookie: attributes
    })
    app.decorateRequest('session')
    app.addHook('onRequest', (request, _reply, done) => {
      const value = request.cookies[name]
      // Nobody's session: there is none until something begins one.
      if (value === undefined) done()
      else open(value, request, done)
    })
    app.addHook('onSend', (request, reply, payload, done) => {
      const { session } = request
      if (session?.isSaved()) reply.setCookie(name, session.encryptedSessionId, attributes)
      // A cookie that opened nothing. Where the store failed there is no session, and the cookie stays.
      else if (session && !session.stored) reply.clearCookie(name, attributes)
      done(null, payload)
    })

    /** Writes a session under a new id, then ends the one before: a failure in between costs nobody theirs. */
    async function replace(request: FastifyRequest, data: SessionData, tokens?: Tokens) {
      const before = request.session
      const previous = sessions.of(request)
      if (previous) await request.session.regenerate()
      else open('', request, () => undefined)
      const userAgent = (request.headers['user-agent'] ?? '').slice(0, 256)
      request.session.stored = StoredSession.begun(data, tokens, { ip: request.ip, userAgent })
      try {
        await request.session.save()
        if (previous) await app.store.destroy(previous)
      } catch (error) {
        const unused = request.session.stored?.loaded
        request.session = before
        // Written, but the one before could not be ended: nobody is ever told of it.
        if (unused) void app.store.destroy(unused).catch(() => undefined)
        throw error
      }
    }

    function begun(request: FastifyRequest): Authenticated {
      const session = sessions.signedIn(request)
      if (session) return session
      throw new AppError('internal_error', { reason: 'session_not_begun' })
    }

    const sessions: Sessions = {
      of: request => request.session?.stored?.loaded,
      signedIn(request) {
        const loaded = sessions.of(request)
        return loaded && isAuthenticated(loaded) ? loaded : undefined
      },
      pending(request) {
        const data = sessions.of(request)?.data
        return data?.kind === 'pending' ? data : undefined
      },
      cookieOf: request => request.cookies[name],
      async begin(request, { tokens, user }) {
        await replace(request, newSession(user, Date.now(), absoluteSeconds), tokens)
        return begun(request)
      },
      async hold(request, parts) {
        const data = pendingSession(Date.now(), parts)
        const held = sessions.pending(request)
        // The next step of the same login goes on; whatever begins anew gets a new id.
        if (!held?.challenge || !parts.challenge) return replace(request, data)
        request.session.stored?.replace(data)
        await request.session.save()
      },
      async renew(request) {
        await holdingTokens(app.store, begun(request), async (newest, tokens) => {
          await replace(request, renewedSession(newest.data), tokens)
        })
        return begun(request)
      },
      forget(request, reply) {
        // The library's own type says never null, yet null is what its destroy() leaves behind.
        Object.assign(request, { session: null })
        reply.clearCookie(name, attributes)
      }
    }
    app.decorate('sessions', sessions)
  },
  { name: 'session', dependencies: ['store'] }
)

type Opener = (cookie: string, request: FastifyRequest, done: (error?: Error) => void) => void

/**
 * @fastify/session without its hooks: puts the session of a cookie into `request.session`, or a new one where
 * the cookie opens none. Its hooks would draw an id for every anonymous request (13 of 44 us of CPU time), look
 * for changes by hashing every other session (4 of 74 us), and leave out the cookie behind a TLS terminator,
 * whose last hop is plain HTTP. Registered in a scope without routes they never run; what they did is done above.
 */
async function sessionOpener(
  app: FastifyInstance,
  options: FastifySessionOptions
): Promise<Opener> {
  let opener: Opener | undefined
  const withoutRoutes: FastifyPluginAsync = async scope => {
    await scope.register(session, options)
    opener = (cookie, request, done) => scope.decryptSession(cookie, request, done)
  }
  await app.register(withoutRoutes)
  if (opener) return opener
  throw new Error('@fastify/session was not registered')
}
