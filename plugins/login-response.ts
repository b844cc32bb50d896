/** `app.loginStep()`: what a step of a login leads to, tokens or a challenge, as session and answer. */
import type { Static } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import type { IssuedChallenge } from '../src/auth/challenge.ts'
import type { SignedIn } from '../src/auth/identity-provider.ts'
import type { LoginAnswer } from '../src/http/schemas.ts'
import { challengeView, sessionView } from '../src/http/views.ts'

/** The login a step belongs to: when it began, what was typed, and whether it is already in the session. */
export interface LoginUnderWay {
  readonly since: number
  readonly email: string | undefined
  readonly goesOn: boolean
}

declare module 'fastify' {
  interface FastifyInstance {
    loginStep(
      request: FastifyRequest,
      step: SignedIn | IssuedChallenge,
      login: LoginUnderWay
    ): Promise<Static<typeof LoginAnswer>>
  }
}

export default plugin(
  async (app, { publicOrigin }: { publicOrigin: string }) => {
    const issuer = new URL(publicOrigin).hostname // a colon has a meaning in the Key URI format

    async function issue(
      request: FastifyRequest,
      { pending, view }: IssuedChallenge,
      goesOn: boolean
    ) {
      if (view.delivery) request.quotas?.recordSentCode()
      await app.auth.passwordOnlyLogins.remove(pending.email)
      const { signUp } = app.sessions.pending(request) ?? {}
      const challenge = { challenge: pending }
      if (goesOn) await app.sessions.goOn(request, pending)
      else await app.sessions.hold(request, { ...(signUp && { signUp }), ...challenge })
      const shown = challengeView(view, { issuer, account: pending.email })
      return { status: 'challenge' as const, challenge: shown }
    }

    app.decorate('loginStep', async (request, step, login) => {
      if (step.kind === 'challenge_issued') return issue(request, step, login.goesOn)
      const session = await app.sessions.begin(request, step, login).catch((error: unknown) => {
        // Not awaited: the browser need not wait for Cognito to learn that it is not logged in.
        void app.auth.signOut.revokeUnsaved(step, request)
        throw error
      })
      if (request.replaced) await app.auth.signOut.revokeReplaced(request.replaced)
      await request.quotas?.recordProof(step.user.email)
      if (!login.goesOn) {
        const names = new Set([login.email ?? step.user.email, step.user.email])
        await Promise.all([...names].map(name => app.auth.passwordOnlyLogins.set(name)))
      }
      const { handle } = session.data
      app.audit('login.succeeded', { sub: step.user.sub, session: handle, caller: request })
      return { status: 'authenticated' as const, session: sessionView(session) }
    })
  },
  { name: 'login-step', dependencies: ['session', 'auth', 'quotas'] }
)
