/** `app.loginStep()`: what a step of a login leads to, tokens or a challenge, as session and answer. */
import type { Static } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import type { Posed } from '../src/auth/challenge.ts'
import type { SignedIn } from '../src/auth/ports.ts'
import type { Authenticated } from '../src/auth/session.ts'
import { challengeView } from '../src/http/challenge-view.ts'
import type { LoginAnswer } from '../src/http/login-schemas.ts'
import { sessionView } from '../src/http/session-view.ts'

declare module 'fastify' {
  interface FastifyInstance {
    loginStep(request: FastifyRequest, step: SignedIn | Posed): Promise<Static<typeof LoginAnswer>>
  }
}

export default plugin(
  async (app, { publicOrigin }: { publicOrigin: string }) => {
    const issuer = new URL(publicOrigin).hostname // a colon has a meaning in the Key URI format
    /** Its record has ended with the beginning of the next: a store that fails now is no reason to say 503. */
    const leave = (request: FastifyRequest, previous: Authenticated) =>
      app.signOut.here(previous).catch((error: unknown) => {
        request.log.warn({ err: error }, 'tokens of the session before not revoked')
      })
    app.decorate('loginStep', async (request: FastifyRequest, step: SignedIn | Posed) => {
      const previous = app.sessions.signedIn(request)
      if (step.kind === 'posed') {
        const { signUp } = app.sessions.pending(request) ?? {}
        await app.sessions.hold(request, { ...(signUp && { signUp }), challenge: step.pending })
        if (previous) await leave(request, previous)
        const challenge = challengeView(step.view, { issuer, account: step.pending.email })
        return { status: 'challenge' as const, challenge }
      }
      const session = await app.sessions.begin(request, step).catch((error: unknown) => {
        // Not awaited: the browser need not wait for Cognito to learn that it is not logged in.
        void app.signOut.unstored(step)
        throw error
      })
      if (previous) await leave(request, previous)
      app.audit('login.succeeded', { sub: step.user.sub, session: session.data.handle })
      return { status: 'authenticated' as const, session: sessionView(session) }
    })
  },
  { name: 'login-step', dependencies: ['session', 'auth'] }
)
