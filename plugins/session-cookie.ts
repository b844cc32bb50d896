/**
 * The session cookie and the session behind it: read from our store, begun by @fastify/session over it.
 * `app.sessions` begins and ends them; a request reads its own through `sessions.of`.
 */
import { randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import { storeChallenge } from '../src/auth/challenge.ts'
import type { SignedIn, Tokens } from '../src/auth/identity-provider.ts'
import {
  type Authenticated,
  type AuthenticatedSession,
  isAuthenticated,
  type LoadedSession,
  newSession,
  type PendingChallenge,
  type PendingSession,
  pendingSession,
  renewedSession,
  type SessionData,
  type StartedSignUp
} from '../src/auth/session.ts'
import { type MoveTokens, markUnresolved, withRefreshLease } from '../src/auth/session-renewal.ts'
import { concurrentRequestError, endedMeanwhileError } from '../src/auth/shared-errors.ts'
import { updateStartedSignUp } from '../src/auth/started-sign-up.ts'
import { AppError } from '../src/errors.ts'
import {
  BegunSession,
  fastifyStore,
  noSession,
  type SessionOfRequest,
  sessionCookieName,
  sessionOpener
} from '../src/http/fastify-session.ts'

export interface Sessions {
  /** The session this request came with, if it is alive. */
  of(request: FastifyRequest): LoadedSession | undefined
  /** The same, if the user is signed in. */
  signedIn(request: FastifyRequest): Authenticated | undefined
  /** The same, if an anonymous browser began something. */
  pending(request: FastifyRequest): PendingSession | undefined
  /** The value of the session cookie, if the request carried one. */
  cookieOf(request: FastifyRequest): string | undefined
  /** The login that this browser has begun, if it has. It may be signed in meanwhile. */
  challenge(request: FastifyRequest): PendingChallenge | undefined
  /**
   * Starts a session under a new id, in the place of what the browser had before. Sets the cookie.
   * @throws AppError `session_expired` where that, or all sessions of the user, have ended since the login began;
   * `rate_limited` where another request of the browser was faster.
   */
  begin(request: FastifyRequest, signedIn: SignedIn, login: LoginProof): Promise<Authenticated>
  /** Stores what a browser has begun under a new id, a session of a signed-in user with it. Throws as `begin`. */
  hold(request: FastifyRequest, begun: Pick<PendingSession, 'signUp' | 'challenge'>): Promise<void>
  /** The next step of the login that this browser has begun, under the same id; undefined for none. */
  goOn(request: FastifyRequest, challenge: PendingChallenge | undefined): Promise<void>
  /** Remembers this browser's sign-up for as long as a new code lives. Id and cookie stay. Never throws. */
  keep(request: FastifyRequest, signUp: StartedSignUp | { readonly email: string }): Promise<void>
  /**
   * Gives the session of a signed-in user a new id; tokens and ends stay. Sets the cookie. `since` as of a login
   * that has just been made. Undefined where another request has done so meanwhile.
   */
  renew(request: FastifyRequest, since?: number): Promise<Authenticated | undefined>
  /** Forgets the session on this side of the request and clears the browser's cookie. */
  forget(request: FastifyRequest, reply: FastifyReply): void
}

/** A login: when it began, by the login clock, and what was typed. */
export interface LoginProof {
  readonly since: number
  readonly email?: string | undefined
}

declare module 'fastify' {
  interface FastifyInstance {
    sessions: Sessions
  }
  interface FastifyRequest {
    /** What the session cookie has led to. */
    loaded: SessionOfRequest
    /** The session in whose place this request began another, as it was at its end. */
    replaced: LoadedSession | undefined
  }
}

interface Options {
  /** Decides the cookie's name, and whether it is `Secure`. */
  publicOrigin: string
  absoluteSeconds: number
}

/** 256 random bits (OWASP asks for 64 at least, the contract for 128). */
const newId = () => randomBytes(32).toString('base64url')
const idForm = /^[A-Za-z0-9_-]{43}$/

/**
 * The cookie is the bare id: 256 random bits that only the store can confirm need no signature, and a
 * signing secret would log all users out when it is rotated (@fastify/session clears such cookies).
 */
const signer = {
  sign: (id: string) => id,
  unsign: (value: string) => ({ valid: idForm.test(value), renew: false, value })
}

export default plugin(
  async (app, { publicOrigin, absoluteSeconds }: Options) => {
    const name = sessionCookieName(publicOrigin)
    const secure = publicOrigin.startsWith('https:')
    const attributes = { path: '/', httpOnly: true, secure, sameSite: 'strict' } as const
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
    app.decorateRequest('loaded')
    app.decorateRequest('replaced', undefined)
    app.addHook('onRequest', (request, _reply, done) => {
      request.loaded = noSession
      const id = request.cookies[name]
      if (id === undefined || request.routeOptions.config.withoutSession) return done()
      if (!idForm.test(id)) {
        request.loaded = { kind: 'ended' }
        return done()
      }
      app.store.find(id).then(found => {
        if (found.kind === 'live') found.session.caller = request
        else if (found.kind === 'ended') app.metrics?.storage.sessionUnknown()
        request.loaded = found
        done()
      }, done)
    })
    app.addHook('onSend', (request, reply, payload, done) => {
      const { session } = request
      if (session?.isSaved()) reply.setCookie(name, session.encryptedSessionId, attributes)
      else if (request.loaded?.kind === 'ended') reply.clearCookie(name, attributes)
      done(null, payload)
    })

    /**
     * Writes a session under a new id, then ends the one before: a failure in between costs no user theirs. Where
     * that has ended meanwhile, or was replaced by another request, the new one does not begin: an end wins over
     * whatever the browser has under way, and no two sessions take the place of one.
     */
    async function replace(request: FastifyRequest, data: SessionData, tokens?: Tokens) {
      const { session: before } = request
      const previous = sessions.of(request)
      open(request)
      const userAgent = (request.headers['user-agent'] ?? '').slice(0, 256)
      const begun = new BegunSession(data, tokens, { ip: request.ip, userAgent })
      request.session.begun = begun
      try {
        await request.session.save()
        const replaced = previous ? await app.store.retire(previous, begun.loaded) : null
        if (previous && !replaced) throw await overtaken(previous)
        if (replaced) replaced.caller = request
        if (begun.loaded) begun.loaded.caller = request
        request.replaced = replaced ?? undefined
        if (begun.loaded) request.loaded = { kind: 'live', session: begun.loaded }
      } catch (error) {
        request.session = before
        // Written, but the one before could not be ended: no client ever learns its id.
        if (begun.loaded) void app.store.destroy(begun.loaded, 'unknown').catch(() => undefined)
        throw error
      }
    }

    /** Why a session could not be replaced: another request of the same browser has done so, or it has ended. */
    const overtaken = async ({ id }: LoadedSession) => {
      const { kind } = await app.store.find(id)
      return kind === 'replaced' ? concurrentRequestError() : endedMeanwhileError()
    }

    function begun(request: FastifyRequest): Authenticated {
      const session = sessions.signedIn(request)
      if (session) return session
      throw new AppError('internal_error', { reason: 'session_not_begun' })
    }

    /** A new id for the session as it is when no refresh is under way. False where it has one by now. */
    async function moved(
      request: FastifyRequest,
      change: Pick<AuthenticatedSession, 'since' | 'challenge'>
    ): Promise<boolean> {
      const move: MoveTokens<true> = async (newest, tokens, unresolved) => {
        await replace(request, { ...renewedSession(newest.data), ...change }, tokens)
        if (unresolved) await markUnresolved(app.store, begun(request))
        return true
      }
      return (await withRefreshLease(app.store, begun(request), move)) ?? false
    }

    const sessions: Sessions = {
      of: ({ loaded }) => (loaded.kind === 'live' ? loaded.session : undefined),
      signedIn(request) {
        const loaded = sessions.of(request)
        return loaded && isAuthenticated(loaded) ? loaded : undefined
      },
      pending(request) {
        const data = sessions.of(request)?.data
        return data?.kind === 'pending' ? data : undefined
      },
      challenge: request => sessions.of(request)?.data.challenge,
      cookieOf: request => request.cookies[name],
      async begin(request, { tokens, user }, { since, email }) {
        const names = new Set(user.emailVerified ? [user.email.toLowerCase()] : [])
        if (email !== undefined) names.add(email.toLowerCase())
        await Promise.all([...names].map(name => app.logins.recordUser(name, user.sub, since)))
        await replace(request, newSession(user, Date.now(), absoluteSeconds, since), tokens)
        return begun(request)
      },
      async hold(request, parts) {
        const { challenge } = parts
        if (!challenge || !sessions.signedIn(request)) {
          return replace(request, pendingSession(Date.now(), parts))
        }
        if (!(await moved(request, { challenge }))) throw concurrentRequestError()
      },
      async goOn(request, challenge) {
        const held = sessions.of(request)
        if (!held) throw endedMeanwhileError()
        const outcome = await storeChallenge(app.store, held, challenge)
        if (outcome === 'gone') throw endedMeanwhileError()
        // Another request of this browser was faster: an answer sent twice, say.
        if (outcome === 'stale') throw concurrentRequestError()
      },
      async keep(request, signUp) {
        const update = updateStartedSignUp(app.store, sessions.of(request), signUp, Date.now())
        await update.catch(err => request.log.warn({ err }, 'sign-up not remembered'))
      },
      async renew(request, since) {
        const isMoved = await moved(request, since === undefined ? {} : { since })
        return isMoved ? begun(request) : undefined
      },
      forget(request, reply) {
        // The library's own type says never null, yet null is what its destroy() leaves behind.
        Object.assign(request, { session: null, loaded: noSession })
        reply.clearCookie(name, attributes)
      }
    }
    app.decorate('sessions', sessions)
  },
  { name: 'session', dependencies: ['store', 'ends'] }
)
