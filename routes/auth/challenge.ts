/** POST /auth/login/challenge: answers what the login of this browser is waiting for. */
import { Type } from '@sinclair/typebox'
import type { StoreChallenge } from '../../src/auth/challenge.ts'
import { AppError } from '../../src/errors.ts'
import { withCognitoNames } from '../../src/http/bodies.ts'
import { Body, Code, Line, LoginAnswer, Password, type Routes } from '../../src/http/schemas.ts'

const schema = {
  operationId: 'answerChallenge',
  tags: ['Log in'],
  summary: 'Respond to a login challenge',
  description:
    'Takes `code` for the codes of an authenticator app, a text message or an email and for `MFA_SETUP`, `choice` for `SELECT_MFA_TYPE`, `newPassword` and the attributes in `requiredAttributes` for `NEW_PASSWORD_REQUIRED`. Five wrong codes end the login. After the last step the cookie is renewed.',
  body: Body({
    name: Type.String({ maxLength: 64, pattern: '^[A-Z_]+$', description: "the challenge's name" }),
    code: Type.Optional(Code),
    choice: Type.Optional(
      Type.String({
        maxLength: 64,
        pattern: '^[A-Z_]+$',
        description: "one of the challenge's choices"
      })
    ),
    newPassword: Type.Optional(Password),
    attributes: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z0-9_:]{1,32}$' }), Line(2048), {
        maxProperties: 50,
        additionalProperties: false
      })
    )
  }),
  response: { '2xx': LoginAnswer }
}

const challenge: Routes = async app => {
  app.post('/auth/login/challenge', { schema, config: { limit: 'challenge' } }, async request => {
    const pending = app.sessions.challenge(request)
    const { attributes, ...given } = request.body
    const keep: StoreChallenge = left => app.sessions.goOn(request, left)
    const answer = { ...given, ...(attributes && { attributes: withCognitoNames(attributes) }) }
    const step = await app.auth.challenges.answer(pending, answer, keep).catch((error: unknown) => {
      // The steps before were right: the login ends here, and by nothing the user typed.
      if (error instanceof AppError && error.trigger) {
        const reason = error.reason ?? error.code
        app.audit('login.failed', { reason, code: error.code, caller: request })
      }
      throw error
    })
    const login = { email: pending?.email, since: pending?.since ?? 0, goesOn: true }
    if (step.kind !== 'rejected') return app.loginStep(request, step, login).catch(anotherBegins)
    app.audit('challenge.failed', {
      reason: step.error.reason ?? step.error.code,
      code: step.error.code,
      caller: request
    })
    throw step.error
  })
}

/** What ended in the middle of a login is the login. */
function anotherBegins(error: unknown): never {
  if (!(error instanceof AppError) || error.code !== 'session_expired') throw error
  const { reason = 'ended_meanwhile' } = error
  throw new AppError('challenge_expired', { reason, cause: error })
}

export default challenge
