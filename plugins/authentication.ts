/** `request.signedIn()` and `reply.withAccessToken()`: who is calling, and their access token. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import type { Authenticated } from '../src/auth/session.ts'
import { AppError } from '../src/errors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The live session of the caller. Throws `unauthenticated` or `session_expired` without one. */
    signedIn(): Authenticated
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
  async app => {
    app.decorateRequest('signedIn', function (this: FastifyRequest) {
      const session = app.sessions.signedIn(this)
      if (session) return session
      // A cookie that opens nothing was a session once; without one nobody ever logged in here.
      throw new AppError(app.sessions.cookieOf(this) ? 'session_expired' : 'unauthenticated')
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
