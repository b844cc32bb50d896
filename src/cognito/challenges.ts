/** Answers the challenges between a password and its tokens. */

import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider'
import type { ChallengeAnswer, ChallengeIssued, SignInPort } from '../auth/identity-provider.ts'
import { AppError } from '../errors.ts'
import { outcome } from './outcome.ts'
import type { Context } from './service.ts'
import { attributePrefix, requireText } from './shapes.ts'
import { requireVerified } from './user-operations.ts'

type Challenges = Pick<SignInPort, 'respondToChallenge' | 'beginTotpAtLogin'>
type Responses = Readonly<Record<string, string>>

/** The parameter that a code travels in. */
const codeParameters: ReadonlyMap<string, string> = new Map([
  ['SOFTWARE_TOKEN_MFA', 'SOFTWARE_TOKEN_MFA_CODE'],
  ['SMS_MFA', 'SMS_MFA_CODE'],
  ['EMAIL_OTP', 'EMAIL_OTP_CODE'],
  ['SMS_OTP', 'SMS_OTP_CODE']
])

export function createChallenges(context: Context): Challenges {
  return {
    respondToChallenge: async (challenge, answer) => {
      await context.idTokens.ready()
      if (challenge.name === 'MFA_SETUP' && answer.kind === 'code') {
        const session = await verifyFirstCode(context, challenge, answer.code)
        return await respond(context, { ...challenge, session }, {})
      }
      return await respond(context, challenge, responsesFor(challenge, answer))
    },
    beginTotpAtLogin: async challenge => {
      const answer = await context.ask('totp', (sdk, deadline) =>
        sdk.associateSoftwareToken({ Session: challenge.session }, deadline)
      )
      const secret = requireText(answer.SecretCode, 'totp_incomplete')
      const session = requireText(answer.Session, 'totp_incomplete')
      return { secret, challenge: { ...challenge, session } }
    }
  }
}

async function respond(context: Context, challenge: ChallengeIssued, responses: Responses) {
  const { name, session, username } = challenge
  const askedAt = context.clock()
  const ChallengeResponses = { ...responses, USERNAME: username, ...context.secretFor(username) }
  const answer = await context.ask('challenge', (sdk, deadline) =>
    sdk.respondToAuthChallenge(
      {
        ClientId: context.clientId,
        ChallengeName: name as ChallengeNameType, // as Cognito itself put it
        Session: session,
        ChallengeResponses
      },
      deadline
    )
  )
  return await outcome(context, answer, askedAt, username)
}

/** The first code of a new authenticator, and the Session that says it was right. */
async function verifyFirstCode(context: Context, { session }: ChallengeIssued, code: string) {
  const answer = await context.ask('totp', (sdk, deadline) =>
    sdk.verifySoftwareToken({ Session: session, UserCode: code }, deadline)
  )
  requireVerified(answer.Status)
  return requireText(answer.Session, 'totp_incomplete')
}

function responsesFor({ name }: ChallengeIssued, answer: ChallengeAnswer): Responses {
  const codeParameter = codeParameters.get(name)
  if (answer.kind === 'code' && codeParameter) return { [codeParameter]: answer.code }
  if (answer.kind === 'choice' && name === 'SELECT_MFA_TYPE') return { ANSWER: answer.choice }
  if (answer.kind === 'new_password' && name === 'NEW_PASSWORD_REQUIRED') {
    const attributes = Object.entries(answer.attributes ?? {}).map(
      ([attribute, value]) => [`${attributePrefix}${attribute}`, value] as const
    )
    return { ...Object.fromEntries(attributes), NEW_PASSWORD: answer.newPassword }
  }
  throw new AppError('challenge_unsupported', { reason: `${name}_by_${answer.kind}` })
}
