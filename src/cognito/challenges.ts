/** Responds to the challenges that Cognito issues between the password and the tokens. */

import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider'
import {
  type ChallengeAnswer,
  type ChallengeName,
  type CognitoChallenge,
  knownChallenge,
  type SignInPort
} from '../auth/identity-provider.ts'
import { AppError } from '../errors.ts'
import { readAuthResult } from './auth-result.ts'
import type { Context } from './context.ts'
import { attributePrefix, requireString, requireTotpVerified } from './response-fields.ts'

type ChallengeOperations = Pick<SignInPort, 'respondToChallenge' | 'beginTotpAtLogin'>
/** `ChallengeResponses` of RespondToAuthChallenge. */
type ResponseParameters = Readonly<Record<string, string>>

/** The parameter that carries the code; null for a challenge that a code does not answer in one call. */
const codeParameters: Readonly<Record<ChallengeName, string | null>> = {
  SOFTWARE_TOKEN_MFA: 'SOFTWARE_TOKEN_MFA_CODE',
  SMS_MFA: 'SMS_MFA_CODE',
  EMAIL_OTP: 'EMAIL_OTP_CODE',
  MFA_SETUP: null,
  SELECT_MFA_TYPE: null,
  NEW_PASSWORD_REQUIRED: null
}

export function createChallengeOperations(context: Context): ChallengeOperations {
  return {
    respondToChallenge: async (challenge, answer) => {
      await context.idTokens.ensureKeys()
      if (challenge.name === 'MFA_SETUP' && answer.kind === 'code') {
        const session = await verifyFirstCode(context, challenge, answer.code)
        return await respond(context, { ...challenge, session }, {})
      }
      return await respond(context, challenge, responsesFor(challenge, answer))
    },
    beginTotpAtLogin: async challenge => {
      const response = await context.call('totp', (sdk, deadline) =>
        sdk.associateSoftwareToken({ Session: challenge.session }, deadline)
      )
      const secret = requireString(response.SecretCode, 'totp_incomplete')
      const session = requireString(response.Session, 'totp_incomplete')
      return { secret, challenge: { ...challenge, session } }
    }
  }
}

async function respond(
  context: Context,
  challenge: CognitoChallenge,
  responses: ResponseParameters
) {
  const { name, session, username } = challenge
  const requestedAt = context.clock()
  const ChallengeResponses = {
    ...responses,
    USERNAME: username,
    ...context.secretHashParameter(username)
  }
  const response = await context.call('challenge', (sdk, deadline) =>
    sdk.respondToAuthChallenge(
      {
        ClientId: context.clientId,
        ChallengeName: name as ChallengeNameType, // the name that Cognito sent
        Session: session,
        ChallengeResponses
      },
      deadline
    )
  )
  return await readAuthResult(context, response, requestedAt, username)
}

/** Verifies the first code of a new authenticator app. Returns the `Session` that proves it. */
async function verifyFirstCode(context: Context, { session }: CognitoChallenge, code: string) {
  const response = await context.call('totp', (sdk, deadline) =>
    sdk.verifySoftwareToken({ Session: session, UserCode: code }, deadline)
  )
  requireTotpVerified(response.Status)
  return requireString(response.Session, 'totp_incomplete')
}

function responsesFor({ name }: CognitoChallenge, answer: ChallengeAnswer): ResponseParameters {
  const known = knownChallenge(name)
  const codeParameter = known && codeParameters[known]
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
