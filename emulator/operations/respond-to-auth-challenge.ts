/** RespondToAuthChallenge: the answer to what a sign-in asked for. */

import { refusal } from '../errors.ts'
import { clientIdField, parameters, session } from '../input/fields.ts'
import { optional, text } from '../input/shape.ts'
import type { Pool } from '../pool.ts'
import type { Answer, Given } from '../sign-in/answers/answer.ts'
import { answerFirstCode, awaitsFirstCode } from '../sign-in/answers/first-code.ts'
import { answerMfaSetup } from '../sign-in/answers/mfa-setup.ts'
import { answerNewPassword } from '../sign-in/answers/new-password.ts'
import { answerPasskey } from '../sign-in/answers/passkey.ts'
import { answerSelectMfaType } from '../sign-in/answers/select-mfa-type.ts'
import { answerSentCode } from '../sign-in/answers/sent-code.ts'
import { answerSoftwareToken } from '../sign-in/answers/software-token.ts'
import { answerChoice } from '../sign-in/by-choice.ts'
import { finishSrp } from '../sign-in/by-srp.ts'
import { checkClient, checkClientHash } from '../sign-in/client.ts'
import { needed, type Parameters } from '../sign-in/parameters.ts'
import { operation } from './operation.ts'

const answers: ReadonlyMap<string, Answer> = new Map([
  ['EMAIL_OTP', answerSentCode('EMAIL_OTP')],
  ['MFA_SETUP', answerMfaSetup],
  ['NEW_PASSWORD_REQUIRED', answerNewPassword],
  ['SELECT_MFA_TYPE', answerSelectMfaType],
  ['SMS_MFA', answerSentCode('SMS_MFA')],
  ['SOFTWARE_TOKEN_MFA', answerSoftwareToken]
])

const challengeNames = [
  ...['SMS_MFA', 'EMAIL_OTP', 'SOFTWARE_TOKEN_MFA', 'SELECT_MFA_TYPE', 'MFA_SETUP'],
  ...['PASSWORD_VERIFIER', 'CUSTOM_CHALLENGE', 'SELECT_CHALLENGE', 'DEVICE_SRP_AUTH'],
  ...['DEVICE_PASSWORD_VERIFIER', 'ADMIN_NO_SRP_AUTH', 'NEW_PASSWORD_REQUIRED', 'SMS_OTP'],
  ...['PASSWORD', 'WEB_AUTHN', 'PASSWORD_SRP']
]

const fields = {
  ClientId: clientIdField,
  ChallengeName: text({ oneOf: challengeNames }),
  Session: optional(session),
  ChallengeResponses: optional(parameters)
}

export const respondToAuthChallenge = operation(fields, (pool, input) => {
  checkClient(input.ClientId)
  const responses = input.ChallengeResponses ?? {}
  // Over SRP there is no session yet: the secret block stands for it.
  if (input.ChallengeName === 'PASSWORD_VERIFIER') {
    return finishSrp(pool, input.ClientId, responses)
  }
  if (input.ChallengeName === 'SELECT_CHALLENGE') {
    return answerChoice(pool, input.ClientId, input.Session, responses)
  }
  if (isFirstCode(input.ChallengeName) && awaitsFirstCode(pool, input.Session)) {
    return answerFirstCode(pool, input.ClientId, input.Session, responses)
  }
  if (input.ChallengeName === 'WEB_AUTHN') {
    return answerPasskey(pool, input.ClientId, input.Session, responses)
  }
  const answer = answers.get(input.ChallengeName)
  if (answer === undefined) throw refusal('challengeUnsupported', input.ChallengeName)
  const username = needed(responses, 'USERNAME')
  checkClientHash(pool, input.ClientId, username, responses.SECRET_HASH)
  const reply = answer(pool, given(pool, username, input.Session, responses))
  pool.sessions.spend(input.Session)
  return reply
})

/** EMAIL_OTP names a first factor and a second one; the Session knows which. */
const isFirstCode = (name: string) => name === 'EMAIL_OTP' || name === 'SMS_OTP'

/** The session must be this user's, and the user must still be let in. */
function given(
  pool: Pool,
  username: string,
  handle: string | undefined,
  responses: Parameters
): Given {
  const open = pool.sessions.read(handle, pool.clock.now())
  const user = pool.users.find(username)
  if (user === undefined || user.sub !== open.sub) throw refusal('sessionInvalid')
  if (!user.enabled) throw refusal('userDisabled')
  return { user, open, responses }
}
