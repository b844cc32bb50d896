/** Shapes that more than one route uses, as the HTTP contract names them. */

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import type { FastifyPluginOptions } from 'fastify'
import { challengeNames } from '../auth/identity-provider.ts'
import {
  type ErrorCode,
  errorCodes,
  type FieldCode,
  fieldCodes,
  type PasswordRule,
  passwordRules
} from '../errors.ts'

/** No control characters (NUL and line breaks among them) and no lone surrogates, in any string. */
const printable = '^[^\\p{Cc}\\p{Cs}]*$'

/** An object that refuses unknown fields instead of dropping them. */
export const Body = <T extends Parameters<typeof Type.Object>[0]>(properties: T) =>
  Type.Object(properties, { additionalProperties: false })

/**
 * A schema that takes null, too. Bodies have no unions: of one that fits no branch AJV reports every branch,
 * and the caller could not see which one was meant.
 */
export const Nullable = <T extends TSchema>(schema: T) =>
  Type.Unsafe<Static<T> | null>({
    ...schema,
    type: [schema.type, 'null'],
    ...(schema.enum && { enum: [...schema.enum, null] })
  })

/** One of a few words. */
export const OneOf = <const Word extends string>(...words: readonly Word[]) =>
  Type.Unsafe<Word>({ type: 'string', enum: words })

/** For calls that take no body: nothing, or an empty object. */
export const NoBody = Nullable(Body({}))

/** At most 128 characters, as Cognito's usernames (`Username` in the API model). */
export const Email = Type.String({
  maxLength: 128,
  pattern: '^[^\\s@\\p{Cc}\\p{Cs}]+@[^\\s@\\p{Cc}\\p{Cs}]+$',
  description: 'an email address',
  examples: ['demo@example.com']
})

/** A password is passed on as typed: no trimming, no normalising (ASVS 6.2.8). At most 256 characters. */
export const Password = Type.String({
  minLength: 1,
  maxLength: 256,
  pattern: printable,
  description: 'text without control characters'
})

/** One line of a person's own words: a name, a street. Cognito takes 2,048 characters at most. */
export const Line = (maxLength = 256) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: printable,
    description: 'text without control characters'
  })

/** E.164: a plus, a country code, fifteen digits at most. */
export const PhoneNumber = Type.String({
  maxLength: 16,
  pattern: '^\\+[1-9][0-9]{6,14}$',
  description: 'a phone number in the form +491701234567',
  examples: ['+491701234567']
})

/** What was sent or shown to the user: digits at Cognito, up to 2,048 of anything by its API model. */
export const Code = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[^\\s\\p{Cc}\\p{Cs}]+$',
  description: 'a code without spaces',
  examples: ['123456']
})

/** A schema with a title is a component of the OpenAPI document. */
export const Delivery = Type.Object(
  {
    medium: Type.Union([Type.Literal('EMAIL'), Type.Literal('SMS')]),
    destination: Type.String({ description: 'masked', examples: ['d***@e***'] })
  },
  { title: 'Delivery' }
)

export const Instant = Type.String({
  description: 'an ISO 8601 time in UTC',
  examples: ['2026-11-22T15:46:58.000Z']
})

export const User = Type.Object(
  {
    sub: Type.String(),
    email: Type.String(),
    emailVerified: Type.Boolean(),
    givenName: Type.Optional(Type.String()),
    phoneNumber: Type.Optional(Type.String()),
    phoneNumberVerified: Type.Optional(Type.Boolean()),
    groups: Type.Array(Type.String())
  },
  { title: 'User' }
)

export const ActiveSession = Type.Object(
  {
    authenticated: Type.Literal(true),
    user: User,
    createdAt: Instant,
    expiresAt: Instant,
    idleExpiresAt: Instant,
    authenticatedAt: Instant,
    method: Type.Literal('password', {
      description: 'how the user logged in; other methods will have other names'
    }),
    provider: Type.Null({
      description: "the identity provider of a federated user; null: the pool's own"
    }),
    bound: Type.Boolean({ description: 'whether the session is bound to the device' })
  },
  { title: 'ActiveSession' }
)

export const Session = Type.Union(
  [
    ActiveSession,
    Type.Object({ authenticated: Type.Literal(false) }, { title: 'AnonymousSession' })
  ],
  { title: 'Session' }
)

const nullable = Type.Union([Type.String(), Type.Null()])

export const Profile = Type.Object(
  {
    sub: Type.String(),
    email: nullable,
    emailVerified: Type.Boolean(),
    givenName: nullable,
    phoneNumber: nullable,
    phoneNumberVerified: Type.Boolean(),
    gender: nullable,
    address: Type.Union([
      Type.Object({
        streetAddress: nullable,
        region: nullable,
        country: nullable,
        postalCode: nullable
      }),
      Type.Null()
    ]),
    picture: nullable
  },
  { title: 'Profile' }
)

/**
 * What every call can answer besides its own, for the document alone: no route has it among its responses, as
 * Fastify would compile a serializer from it for each and never use one (plugins/errors.ts sends text).
 */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'a URN that ends in the code' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'a sentence that can be shown to a user' }),
    code: Type.Unsafe<ErrorCode>({ type: 'string', enum: errorCodes }),
    requestId: Type.String(),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String({ description: 'dotted inside an object: `address.country`' }),
          message: Type.String({ description: 'completes “this field …”' }),
          code: Type.Unsafe<FieldCode>({ type: 'string', enum: fieldCodes })
        })
      )
    ),
    reason: Type.Optional(
      Type.Unsafe<PasswordRule>({
        type: 'string',
        enum: passwordRules,
        description: 'of `invalid_password`: the rule that the password violates'
      })
    ),
    delivery: Type.Optional(Delivery)
  },
  { title: 'Problem', description: 'an RFC 9457 problem document' }
)

// What a step of a login answers.

export const Challenge = Type.Object(
  {
    name: OneOf(...challengeNames),
    delivery: Type.Optional(Delivery),
    choices: Type.Optional(Type.Array(Type.String())),
    requiredAttributes: Type.Optional(Type.Array(Type.String())),
    secret: Type.Optional(Type.String({ description: 'MFA_SETUP: shown once, base32' })),
    otpauthUri: Type.Optional(Type.String({ description: 'MFA_SETUP: for a QR code' })),
    expiresAt: Instant
  },
  { title: 'Challenge' }
)

export const LoginAnswer = Type.Union(
  [
    Type.Object({ status: Type.Literal('authenticated'), session: ActiveSession }),
    Type.Object({ status: Type.Literal('challenge'), challenge: Challenge })
  ],
  { title: 'LoginAnswer' }
)

// The type provider: routes written as `Routes` infer bodies and replies from their TypeBox schemas.

/** A route plugin. The only name for it in this project, so that moving to another provider is one file. */
export type Routes<Options extends FastifyPluginOptions = FastifyPluginOptions> =
  FastifyPluginAsyncTypebox<Options>
