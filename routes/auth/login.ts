/** POST /auth/login: an email and a password become a session. */
import { Type } from '@sinclair/typebox'
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
    const signedIn = await app.signIn.withPassword(request.body)
    const previous = app.sessions.signedIn(request)
    const session = await app.sessions.begin(request, signedIn)
    if (previous) await app.signOut.here(previous)
    app.audit('login.succeeded', { sub: signedIn.user.sub, session: session.data.handle })
    return { status: 'authenticated' as const, session: sessionView(session) }
  })
}

export default login
