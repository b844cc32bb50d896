/** /auth/mfa: the second factors of the signed-in user. */
import { Type } from '@sinclair/typebox'
import { Body, Code, Line, NoBody, Nullable, OneOf, type Routes } from '../../src/http/schemas.ts'

const Method = OneOf('SOFTWARE_TOKEN_MFA', 'SMS_MFA', 'EMAIL_OTP')
const PreferredMethod = Nullable(Method)
const Settings = Type.Object(
  {
    enabled: Type.Array(Method),
    preferred: PreferredMethod,
    available: Type.Array(Method)
  },
  { title: 'MfaSettings' }
)
const answers = { response: { 200: Settings } }

const read = {
  operationId: 'getMfa',
  tags: ['Second factors'],
  summary: 'The second factors',
  ...answers
}
const set = {
  operationId: 'setMfa',
  tags: ['Second factors'],
  summary: 'Turn second factors on and off',
  description:
    'Turns on exactly the factors in `enabled`. Requires a recent login; the cookie is renewed.',
  body: Body({
    enabled: Type.Array(Method, { maxItems: 3 }),
    preferred: PreferredMethod
  }),
  ...answers
}
const begin = {
  operationId: 'beginTotp',
  tags: ['Second factors'],
  summary: 'Set up an authenticator app',
  description: 'The secret is returned only once. Requires a recent login.',
  body: NoBody,
  response: { 200: Type.Object({ secret: Type.String(), otpauthUri: Type.String() }) }
}
const confirm = {
  operationId: 'confirmTotp',
  tags: ['Second factors'],
  summary: 'Confirm an authenticator app with its first code',
  description: 'Turns it on. Requires a recent login; the cookie is renewed.',
  body: Body({ code: Code, friendlyName: Type.Optional(Line(64)) }),
  ...answers
}

const mfa: Routes = async app => {
  app.get('/auth/mfa', { schema: read }, (_request, reply) =>
    reply.withAccessToken(token => app.auth.secondFactors.read(token))
  )

  app.put('/auth/mfa', { schema: set }, async (request, reply) => {
    const { sub, email } = request.recentlySignedIn().data.user
    await app.auth.passwordOnlyLogins.remove(email)
    const settings = await reply.withAccessToken(token =>
      app.auth.secondFactors.set(token, request.body)
    )
    const session = await app.sessions.renew(request)
    app.audit('mfa.changed', {
      sub,
      ...(session && { session: session.data.handle }),
      caller: request
    })
    return settings
  })

  app.post('/auth/mfa/totp', { schema: begin }, (request, reply) => {
    const { email } = request.recentlySignedIn().data.user
    return reply.withAccessToken(token => app.auth.secondFactors.beginTotp(token, email))
  })

  app.post('/auth/mfa/totp/confirm', { schema: confirm }, async (request, reply) => {
    const { sub, email } = request.recentlySignedIn().data.user
    await app.auth.passwordOnlyLogins.remove(email)
    const settings = await reply.withAccessToken(token =>
      app.auth.secondFactors.confirmTotp(token, request.body)
    )
    const session = await app.sessions.renew(request)
    app.audit('mfa.changed', {
      sub,
      ...(session && { session: session.data.handle }),
      caller: request
    })
    return settings
  })
}

export default mfa
