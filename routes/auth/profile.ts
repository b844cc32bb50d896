/** GET and PATCH /auth/profile, and the verification of a changed address. */
import { type TSchema, Type } from '@sinclair/typebox'
import {
  Body,
  Code,
  Delivery,
  Email,
  Line,
  Nullable,
  OneOf,
  PhoneNumber,
  Profile,
  type Routes
} from '../../src/http/schemas.ts'

const clearable = <T extends TSchema>(schema: T) => Type.Optional(Nullable(schema))

const Attribute = OneOf('email', 'phoneNumber')

const read = {
  operationId: 'getProfile',
  tags: ['Profile'],
  summary: 'The profile',
  description: 'Read from Cognito. Attributes that are not set are `null`.',
  response: { 200: Profile }
}

const change = {
  operationId: 'changeProfile',
  tags: ['Profile'],
  summary: 'Change the profile',
  description:
    'Changes the attributes in the body; `null` clears an attribute, except the email address. A new email address or phone number requires a recent login, and `verification` says where a code was sent.',
  body: Body({
    email: Type.Optional(Email),
    givenName: clearable(Line()),
    phoneNumber: clearable(PhoneNumber),
    gender: clearable(Line()),
    address: clearable(
      Body({
        streetAddress: clearable(Line()),
        region: clearable(Line()),
        country: clearable(Line()),
        postalCode: clearable(Line(32))
      })
    ),
    picture: clearable(
      Type.String({
        maxLength: 2048,
        pattern: '^https?://[^\\s\\p{Cc}]+$',
        description: 'a URL that begins with https:// or http://'
      })
    )
  }),
  response: {
    200: Type.Object({
      profile: Profile,
      verification: Type.Array(Type.Object({ attribute: Type.String(), delivery: Delivery }))
    })
  }
}

const send = {
  operationId: 'sendVerificationCode',
  tags: ['Profile'],
  summary: 'Send a code to verify an email address or phone number',
  body: Body({ attribute: Attribute }),
  response: { 202: Type.Object({ delivery: Delivery }) }
}

const verify = {
  operationId: 'confirmVerification',
  tags: ['Profile'],
  summary: 'Verify an email address or phone number with a code',
  body: Body({ attribute: Attribute, code: Code }),
  response: { 200: Type.Object({ profile: Profile }) }
}

const profile: Routes = async app => {
  app.get('/auth/profile', { schema: read }, (_request, reply) =>
    reply.withAccessToken(token => app.auth.profiles.read(token))
  )

  const changing = { schema: change, config: { sends: 'perhaps' } } as const
  app.patch('/auth/profile', changing, async (request, reply) => {
    const { email, phoneNumber, picture } = request.body
    // What a login or a reset goes by changes hands only right after a login.
    const guarded = email !== undefined || phoneNumber !== undefined
    const session = guarded ? request.recentlySignedIn() : request.signedIn()
    const { photos, profiles } = app.auth
    const change = async (token: string) => {
      const changed = await profiles.change(token, session, request.body)
      if (changed.verification.length > 0) request.quotas?.recordSentCode()
      return changed
    }
    if (!photos || picture === undefined) return reply.withAccessToken(change)
    return reply.withAccessToken(token =>
      photos.deletingReplaced(token, session, () => change(token))
    )
  })

  const sending = { schema: send, config: { sends: 'always' } } as const
  app.post('/auth/profile/verification', sending, async (request, reply) => {
    const { attribute } = request.body
    const delivery = await reply.withAccessToken(token =>
      app.auth.profiles.sendCode(token, attribute)
    )
    request.quotas?.recordSentCode()
    return reply.code(202).send({ delivery })
  })

  app.post('/auth/profile/verification/confirm', { schema: verify }, async (request, reply) => {
    const session = request.signedIn()
    const verified = await reply.withAccessToken(token =>
      app.auth.profiles.verify(token, session, request.body)
    )
    return { profile: verified }
  })
}

export default profile
