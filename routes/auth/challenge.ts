/** POST /auth/login/challenge: answers what the login of this browser is waiting for. */
import { Type } from '@sinclair/typebox'
import type { KeepChallenge } from '../../src/auth/challenge.ts'
import { withCognitoNames } from '../../src/http/attribute-names.ts'
import { LoginAnswer } from '../../src/http/login-schemas.ts'
import { Body, Code, Line, Password } from '../../src/http/schemas.ts'
import type { Routes } from '../../src/http/typebox.ts'

const schema = {
  operationId: 'answerChallenge',
  tags: ['Log in'],
  summary: 'Answer a login challenge',
  description:
    'Takes `code` for the codes of an authenticator, a text message or a mail and for `MFA_SETUP`, `choice` for `SELECT_MFA_TYPE`, `newPassword` and what `requiredAttributes` named for `NEW_PASSWORD_REQUIRED`. Five wrong codes end the login. After the last step the cookie is a new one.',
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
    const pending = app.sessions.pending(request)
    const { attributes, ...given } = request.body
    const keep: KeepChallenge = left =>
      app.sessions.hold(request, {
        ...(pending?.signUp && { signUp: pending.signUp }),
        ...(left && { challenge: left })
      })
    const answer = { ...given, ...(attributes && { attributes: withCognitoNames(attributes) }) }
    const step = await app.challenges.answer(pending?.challenge, answer, keep)
    if (step.kind !== 'refused') return app.loginStep(request, step)
    app.audit('challenge.failed', { reason: step.error.code })
    throw step.error
  })
}

export default challenge
