/** What a step of a login answers. */
import { Type } from '@sinclair/typebox'
import { ActiveSession, Delivery, Instant } from './schemas.ts'

export const Challenge = Type.Object(
  {
    name: Type.String({
      description: "Cognito's name of the step",
      examples: ['SOFTWARE_TOKEN_MFA']
    }),
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
