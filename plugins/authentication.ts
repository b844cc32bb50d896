/** `request.signedIn()` and `reply.withAccessToken()`: who is calling, and their access token. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import type { Authenticated } from '../src/auth/session.ts'
import { AppError } from '../src/errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The live session of the caller. Throws `unauthenticated` or `session_expired` without one. */
    signedIn(): Authenticated
    /** Throws `reauthentication_required` where the last login is not recent (ASVS 7.5.1). */
    recentlySignedIn(): Authenticated
  }
  interface FastifyReply {
    /**
     * Runs `use` with an access token that has not expired. Where Cognito has declared the tokens
     * dead, ends the session and clears the cookie before it throws `session_expired`.
     */
    withAccessToken<T>(use: (accessToken: string) => Promise<T>): Promise<T>
  }
}

export default plugin(
  async (app, { reauthenticationSeconds }: { reauthenticationSeconds: number }) => {
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
    app.decorateReply('withAccessToken', async function <
      T
    >(this: FastifyReply, use: (accessToken: string) => Promise<T>) {
      const session = this.request.signedIn()
      try {
        return await use(await app.accessTokens.get(session))
      } catch (error) {
        if (error instanceof AppError && error.code === 'session_expired') {
          await app.store.destroy(session)
          app.sessions.forget(this.request, this)
        }
        throw error
      }
    })
  },
  { name: 'authentication', dependencies: ['session', 'auth'] }
)
