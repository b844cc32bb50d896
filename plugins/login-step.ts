/** `app.loginStep()`: what a step of a login leads to, tokens or a challenge, as session and answer. */
import type { Static } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import type { Posed } from '../src/auth/challenge.ts'
import type { SignedIn } from '../src/auth/ports.ts'
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
    /** The session before has ended with the beginning of the next. */
    const leave = async ({ replaced }: FastifyRequest) => {
      if (replaced) await app.signOut.left(replaced)
    }
    app.decorate('loginStep', async (request: FastifyRequest, step: SignedIn | Posed) => {
      if (step.kind === 'posed') {
        const { signUp } = app.sessions.pending(request) ?? {}
        await app.sessions.hold(request, { ...(signUp && { signUp }), challenge: step.pending })
        await leave(request)
        const challenge = challengeView(step.view, { issuer, account: step.pending.email })
        return { status: 'challenge' as const, challenge }
      }
      const session = await app.sessions.begin(request, step).catch((error: unknown) => {
        // Not awaited: the browser need not wait for Cognito to learn that it is not logged in.
        void app.signOut.unstored(step)
        throw error
      })
      await leave(request)
      app.audit('login.succeeded', { sub: step.user.sub, session: session.data.handle })
      return { status: 'authenticated' as const, session: sessionView(session) }
    })
  },
  { name: 'login-step', dependencies: ['session', 'auth'] }
)
