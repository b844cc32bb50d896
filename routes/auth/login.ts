/** POST /auth/login: an email and a password become a session. */
import { Type } from '@sinclair/typebox'
import { isAuthenticated } from '../../src/auth/session.ts'
import { signIn } from '../../src/auth/sign-in.ts'
import { AppError } from '../../src/errors.ts'
import { ActiveSession, Body, Email, Password, problems } from '../../src/http/schemas.ts'
import { sessionView } from '../../src/http/session-view.ts'
import type { Routes } from '../../src/http/typebox.ts'

const schema = {
  summary: 'Log in',
  body: Body({ email: Email, password: Password }),
  response: {
    '2xx': Type.Object({ status: Type.Literal('authenticated'), session: ActiveSession }),
    ...problems
  }
}

const login: Routes = async app => {
  app.post('/auth/login', { schema }, async request => {
    const signedIn = await signIn(app.identity, request.body).catch((error: unknown) => {
      const reason = error instanceof AppError ? error.code : 'unknown'
      app.audit('login.failed', { reason })
      throw error
    })
    const previous = app.sessions.of(request)
    const session = await app.sessions.begin(request, signedIn)
    if (previous && isAuthenticated(previous)) await app.signOut.here(previous)
    app.audit('login.succeeded', { sub: signedIn.user.sub, session: session.data.handle })
    return { status: 'authenticated' as const, session: sessionView(session) }
  })
}

export default login
