/** POST /auth/login: an email and a password become a session, or a challenge to answer first. */
import { AppError } from '../../src/errors.ts'
import { Body, Email, LoginAnswer, Password, type Routes } from '../../src/http/schemas.ts'

const schema = {
  operationId: 'logIn',
  tags: ['Log in'],
  summary: 'Log in',
  description:
    'Sets the session cookie, also if the login requires a challenge: the client continues with `POST /auth/login/challenge`.',
  body: Body({ email: Email, password: Password }),
  response: { '2xx': LoginAnswer }
}

const login: Routes = async app => {
  app.post('/auth/login', { schema, config: { limit: 'login' } }, async request => {
    const { signUp } = app.sessions.pending(request) ?? {}
    const { email } = request.body
    const login = { email, since: await app.logins.begin(), goesOn: false }
    const maySend = async () => (await request.quotas?.reserveCodeTo(email)) ?? true
    const context = { caller: request, maySend }
    const step = await app.auth.signIn
      .withPassword(request.body, signUp, context)
      .catch(async error => {
        const isSent = error instanceof AppError && error.code === 'user_not_confirmed'
        if (isSent) await app.sessions.keep(request, { email })
        throw error
      })
    if (step.kind === 'signed_in') return app.loginStep(request, step, login)
    return app.loginStep(request, await app.auth.challenges.issue(step, login), login)
  })
}

export default login
