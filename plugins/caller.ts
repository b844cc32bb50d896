/** `request.signedIn()` and `reply.accessToken()`: who is calling, and their access token. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import type { Authenticated } from '../src/auth/session.ts'
import type { Config } from '../src/config/config.ts'
import { AppError } from '../src/errors.ts'
import { tellLimit } from '../src/http/headers.ts'
import { createUserLimit, type UserLimit } from '../src/rate-limit/user-limit.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The live session of the caller. Throws `unauthenticated` or `session_expired` without one. */
    signedIn(): Authenticated
    /** Throws `reauthentication_required` where the last login is not recent (ASVS 7.5.1). */
    recentlySignedIn(): Authenticated
  }
  interface FastifyReply {
    /**
     * An access token that has not expired. Where the session has ended, clears the cookie before it throws
     * `session_expired`.
     */
    accessToken(): Promise<string>
    /** The ID token that came with it. Throws as `accessToken`. */
    idToken(): Promise<string>
    /**
     * Runs `use` with an access token, twice where Cognito refuses the first one although it has not expired.
     * Throws `rate_limited` where the user asks Cognito too often. Else as above.
     */
    withAccessToken<T>(use: (accessToken: string) => Promise<T>): Promise<T>
    /** Another access token for one that an API refused, or the same if that was just done. Else as above. */
    replaceAccessToken(refused: string): Promise<string>
    /** The same for an ID token. */
    replaceIdToken(refused: string): Promise<string>
  }
}

type Options = Pick<Config, 'reauthenticationSeconds' | 'userLimit'>

export default plugin(
  async (app, { reauthenticationSeconds, userLimit }: Options) => {
    const limit = userLimit && createUserLimit({ ...userLimit, clock: Date.now })
    app.decorateRequest('recentlySignedIn', function (this: FastifyRequest) {
      const session = this.signedIn()
      const age = Date.now() - session.data.authenticatedAt
      if (age <= reauthenticationSeconds * 1000) return session
      throw new AppError('reauthentication_required')
    })
    app.decorateRequest('signedIn', function (this: FastifyRequest) {
      const session = app.sessions.signedIn(this)
      if (session) return session
      // A cookie that opens nothing was a session once; a login half done, or none, never was.
      const ended = app.sessions.cookieOf(this) && !app.sessions.of(this)
      throw new AppError(ended ? 'session_expired' : 'unauthenticated')
    })
    /** In doubt the cookie stays: a browser that was given another one meanwhile would lose that. */
    const mayHaveAnother = async ({ id }: Authenticated) => {
      const found = await app.store.find(id).catch(() => undefined)
      return found?.kind !== 'ended'
    }

    /** Where the session turns out to have ended, the browser's cookie goes with it. */
    async function ofLiving<T>(reply: FastifyReply, work: (of: Authenticated) => Promise<T>) {
      const session = reply.request.signedIn()
      try {
        return await work(session)
      } catch (error) {
        const isOver = error instanceof AppError && error.code === 'session_expired'
        if (isOver && !(await mayHaveAnother(session))) app.sessions.forget(reply.request, reply)
        throw error
      }
    }
    app.decorateReply('accessToken', function (this: FastifyReply) {
      return ofLiving(this, session => app.auth.accessTokens.get(session))
    })
    app.decorateReply('idToken', function (this: FastifyReply) {
      return ofLiving(this, session => app.auth.accessTokens.getIdToken(session))
    })
    app.decorateReply('withAccessToken', function <
      T
    >(this: FastifyReply, use: (accessToken: string) => Promise<T>) {
      return ofLiving(this, session => {
        if (limit) spend(limit, this, session)
        return app.auth.accessTokens.use(session, use)
      })
    })
    app.decorateReply('replaceAccessToken', function (this: FastifyReply, refused: string) {
      return ofLiving(this, session => app.auth.accessTokens.replace(session, refused))
    })
    app.decorateReply('replaceIdToken', function (this: FastifyReply, refused: string) {
      return ofLiving(this, session => app.auth.accessTokens.replaceIdToken(session, refused))
    })
  },
  { name: 'authentication', dependencies: ['session', 'auth'] }
)

/** What goes to the API is the API's to limit; this is for calls that end at Cognito. */
function spend(limit: UserLimit, reply: FastifyReply, { data }: Authenticated): void {
  const allowance = limit.count(data.user.sub)
  tellLimit(reply, { name: 'user', ...limit.policy }, allowance.remaining, allowance.seconds)
  limit.enforce(allowance)
}
