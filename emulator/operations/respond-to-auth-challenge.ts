/** RespondToAuthChallenge: the answer to what a sign-in asked for. */

import { refusal } from '../errors.ts'
import { clientIdField, parameters, session } from '../input/fields.ts'
import { optional, text } from '../input/shape.ts'
import { finishSrp } from '../sign-in/by-srp.ts'
import { checkClient } from '../sign-in/client.ts'
import { operation } from './operation.ts'

const fields = {
  ClientId: clientIdField,
  ChallengeName: text({ oneOf: ['PASSWORD_VERIFIER'] }),
  Session: optional(session),
  ChallengeResponses: optional(parameters)
}

export const respondToAuthChallenge = operation(fields, (pool, input) => {
  checkClient(input.ClientId)
  const responses = input.ChallengeResponses ?? {}
  switch (input.ChallengeName) {
    case 'PASSWORD_VERIFIER':
      return finishSrp(pool, input.ClientId, responses)
    default:
      throw refusal('challengeUnsupported', input.ChallengeName)
  }
})
