/** USER_AUTH: choice-based sign-in, with the first factor that the client prefers or chooses. */

import { randomInt } from 'node:crypto'
import { describe } from '../codes/delivery.ts'
import { CognitoError, refusal } from '../errors.ts'
import { makeChallenge, requestOptions } from '../passkeys/options.ts'
import type { Pool } from '../pool.ts'
import { trigger } from '../triggers.ts'
import { isPassword } from '../users/passwords.ts'
import type { User } from '../users/user.ts'
import { admit, type Candidate, findCandidate } from './admission.ts'
import { openSession } from './ask.ts'
import { beginSrp } from './by-srp.ts'
import { checkClientHash } from './client.ts'
import { afterPassword } from './complete.ts'
import { availableChallenges, simulatedChallenges } from './first-factors.ts'
import { needed, type Parameters } from './parameters.ts'

/** What is known of a sign-in when its first factor is chosen. */
interface Choice {
  readonly client: string
  readonly username: string
  readonly candidate: Candidate
  readonly available: readonly string[]
  readonly parameters: Parameters
}

/** InitiateAuth: the preferred factor where the user has it, else SELECT_CHALLENGE. */
export function beginChoice(pool: Pool, client: string, parameters: Parameters): object {
  if (!pool.settings.userAuth) throw refusal('userAuthFlowOff')
  const username = needed(parameters, 'USERNAME')
  checkClientHash(pool, client, username, parameters.SECRET_HASH)
  const candidate = findCandidate(pool, username)
  trigger(pool, 'PreAuthentication', candidate.user ?? username)
  const available = availableTo(pool, candidate.user)
  const preferred = parameters.PREFERRED_CHALLENGE
  const isAvailable = preferred !== undefined && available.includes(preferred)
  if (!isAvailable) return askChoice(pool, candidate, available)
  return choose(pool, preferred, { client, username, candidate, available, parameters })
}

/**
 * RespondToAuthChallenge, SELECT_CHALLENGE: the factor is named in ANSWER, and a password or SRP_A comes with it.
 * @throws CognitoError also for what the chosen factor refuses
 */
export function answerChoice(
  pool: Pool,
  client: string,
  session: string | undefined,
  responses: Parameters
): object {
  const username = needed(responses, 'USERNAME')
  checkClientHash(pool, client, username, responses.SECRET_HASH)
  const { sub, step } = pool.sessions.read(session, pool.clock.now())
  const candidate = findCandidate(pool, username)
  if (step.kind !== 'choose' || candidate.account.id !== sub) throw refusal('sessionInvalid')
  const answer = needed(responses, 'ANSWER')
  if (!step.choices.includes(answer)) throw refusal('challengeUnsupported', answer)
  const { choices: available } = step
  try {
    const chosen = { client, username, candidate, available, parameters: responses }
    const reply = choose(pool, answer, chosen)
    pool.sessions.spend(session)
    return reply
  } catch (error) {
    const isWrong = error instanceof CognitoError && error.name === 'NotAuthorizedException'
    if (isWrong && pool.settings.wrongPasswordSpendsSession) pool.sessions.spend(session)
    throw error
  }
}

function availableTo(pool: Pool, user: User | undefined): readonly string[] {
  if (user !== undefined) return availableChallenges(pool, user)
  if (pool.settings.simulatedChoice === 'refusal') throw refusal('wrongPassword')
  return simulatedChallenges(pool)
}

function askChoice(pool: Pool, { account }: Candidate, choices: readonly string[]): object {
  return {
    ChallengeName: 'SELECT_CHALLENGE',
    Session: openSession(pool, account.id, { kind: 'choose', choices }),
    ChallengeParameters: {},
    AvailableChallenges: choices
  }
}

function choose(pool: Pool, factor: string, choice: Choice): object {
  const { client, candidate, parameters } = choice
  switch (factor) {
    case 'PASSWORD':
      return byPassword(pool, candidate, needed(parameters, 'PASSWORD'))
    case 'PASSWORD_SRP':
      return beginSrp(pool, client, parameters)
    case 'EMAIL_OTP':
    case 'SMS_OTP':
      return sendFirstCode(pool, factor, choice)
    case 'WEB_AUTHN':
      return askPasskey(pool, choice)
    default:
      throw refusal('challengeUnsupported', factor)
  }
}

/** Offered to users with a passkey alone: a name that no user has never comes here. */
function askPasskey(pool: Pool, { candidate: { user }, available }: Choice): object {
  if (user === undefined) throw refusal('wrongPassword')
  const challenge = makeChallenge()
  return {
    ChallengeName: 'WEB_AUTHN',
    Session: openSession(pool, user.sub, { kind: 'passkey', challenge }),
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.sub,
      CREDENTIAL_REQUEST_OPTIONS: requestOptions(pool, user, challenge)
    },
    AvailableChallenges: available
  }
}

function byPassword(pool: Pool, { user, account }: Candidate, password: string): object {
  const isRight = () => isPassword(account, password)
  return afterPassword(pool, admit(pool, user, account.id, isRight))
}

/** Sends a code that signs in by itself. For a name that no user has, the reply is the same and nothing is sent. */
function sendFirstCode(
  pool: Pool,
  factor: 'EMAIL_OTP' | 'SMS_OTP',
  { username, candidate: { user, account }, available }: Choice
): object {
  const attribute = factor === 'EMAIL_OTP' ? 'email' : 'phone_number'
  const to = user?.attributes.get(attribute) ?? username
  const digits = factor === 'EMAIL_OTP' ? 8 : 6
  const code = String(randomInt(10 ** digits)).padStart(digits, '0')
  const { DeliveryMedium: medium, Destination } = describe(attribute, to)
  const sentAt = new Date(pool.clock.now()).toISOString()
  if (user?.enabled) pool.outbox.send({ to, medium, purpose: 'sign-in', code, sentAt })
  return {
    ChallengeName: factor,
    Session: openSession(pool, account.id, { kind: 'first-code', factor, code }),
    ChallengeParameters: {
      USERNAME: account.id,
      USER_ID_FOR_SRP: account.id,
      CODE_DELIVERY_DELIVERY_MEDIUM: medium,
      CODE_DELIVERY_DESTINATION: Destination
    },
    AvailableChallenges: available
  }
}
