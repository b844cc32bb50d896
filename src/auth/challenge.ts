/**
 * The challenges of a login between the password and the tokens, as a state machine. Cognito names the state; an answer
 * leads to the next challenge, to tokens, or back to the same challenge with one try less.
 */
import { AppError, type Delivery } from '../errors.ts'
import { ourName } from './attributes.ts'
import type { Logins } from './ends.ts'
import {
  type ChallengeAnswer,
  type ChallengeName,
  type Clock,
  type CognitoChallenge,
  knownChallenge,
  type SignedIn,
  type SignInPort,
  type UserAttributes
} from './identity-provider.ts'
import { explainAppCode } from './mfa.ts'
import {
  type LoadedSession,
  type PendingChallenge,
  pendingSession,
  type SessionData,
  type SessionStore,
  type WriteOutcome
} from './session.ts'
import { hasCode, invalidField } from './shared-errors.ts'

/** The answer of the client. Which field is read depends on the challenge. */
export interface ClientAnswer {
  readonly name: string
  readonly code?: string
  readonly choice?: string
  readonly newPassword?: string
  /** By Cognito's names. */
  readonly attributes?: UserAttributes
}

/** A challenge as the client sees it, without Cognito's `Session`. */
export interface ChallengeView {
  readonly name: ChallengeName
  readonly delivery?: Delivery
  readonly choices?: readonly string[]
  readonly requiredAttributes?: readonly string[]
  /** The secret of a new authenticator app; returned once, during the set-up. */
  readonly secret?: string
  readonly expiresAt: number
}

export interface IssuedChallenge {
  readonly kind: 'challenge_issued'
  readonly pending: PendingChallenge
  readonly view: ChallengeView
}

export type ChallengeOutcome =
  | SignedIn
  | IssuedChallenge
  /** The answer was wrong and took one try. After the last one the challenge has ended. */
  | { readonly kind: 'rejected'; readonly error: AppError }

/** Stores the challenge, or deletes it (undefined). Throws where another request has written the session meanwhile. */
export type StoreChallenge = (pending: PendingChallenge | undefined) => Promise<void>

export interface Challenges {
  /**
   * Issues a challenge of Cognito's to the browser, in a login that began at `since`. @throws AppError
   * `challenge_unsupported`
   */
  issue(issued: CognitoChallenge, login: { email: string; since: number }): Promise<IssuedChallenge>
  /**
   * Responds to a challenge with the client's answer.
   * @throws AppError `invalid_request` for a malformed answer, which takes no try; `challenge_expired`, also where all
   * sessions of the user were ended after the login began.
   */
  answer(
    pending: PendingChallenge | undefined,
    given: ClientAnswer,
    store: StoreChallenge
  ): Promise<ChallengeOutcome>
}

export interface ChallengesOptions {
  readonly identity: Pick<SignInPort, 'respondToChallenge' | 'beginTotpAtLogin'>
  readonly logins: Pick<Logins, 'mayContinue'>
  readonly clock: Clock
  /** How long a challenge may be answered; the pool's AuthSessionValidity. */
  readonly challengeSeconds: number
}

/** Beside Cognito's limits: guesses after one check of the password (ASVS 6.5.1, 6.6.3). */
const tries = 5

/** The field of `ClientAnswer` that answers each challenge. */
export const answerFields: Readonly<Record<ChallengeName, 'code' | 'choice' | 'newPassword'>> = {
  NEW_PASSWORD_REQUIRED: 'newPassword',
  SOFTWARE_TOKEN_MFA: 'code',
  SMS_MFA: 'code',
  EMAIL_OTP: 'code',
  MFA_SETUP: 'code',
  SELECT_MFA_TYPE: 'choice'
}

/** Whether the code is one of an authenticator app. */
const isAppCode = (name: string) => name === 'SOFTWARE_TOKEN_MFA' || name === 'MFA_SETUP'

export function createChallenges(options: ChallengesOptions): Challenges {
  const { identity, logins, clock, challengeSeconds } = options

  async function issue(
    issued: CognitoChallenge,
    { email, since }: { email: string; since: number }
  ): Promise<IssuedChallenge> {
    const name = knownChallenge(issued.name)
    if (!name) throw new AppError('challenge_unsupported', { reason: issued.name })
    const expiresAt = clock() + challengeSeconds * 1000
    const begun = { email, since, triesLeft: tries, expiresAt }
    if (name !== 'MFA_SETUP') return issuedChallenge(name, { issued, ...begun })
    if (issued.choices && !issued.choices.includes('SOFTWARE_TOKEN_MFA')) {
      throw new AppError('challenge_unsupported', { reason: 'mfa_setup_without_totp' })
    }
    const { secret, challenge } = await identity.beginTotpAtLogin(issued)
    return issuedChallenge(name, { issued: challenge, ...begun }, secret)
  }

  return {
    issue,
    async answer(pending, given, store) {
      // Without a try left, another request is using the last one.
      const isActive = pending && pending.expiresAt > clock() && pending.triesLeft > 0
      if (!isActive) throw new AppError('challenge_expired')
      const answer = answerOf(pending.issued, given)
      const { issued, email, since = 0 } = pending
      if (!(await logins.mayContinue({ since, names: [email, issued.username] }))) {
        await store(undefined)
        throw new AppError('challenge_expired', { reason: 'ended_meanwhile' })
      }
      // Counted before the call to Cognito: concurrent answers would otherwise count as one try.
      const triesLeft = pending.triesLeft - 1
      if (answer.kind === 'code') await store({ ...pending, triesLeft })
      try {
        const next = await identity.respondToChallenge(pending.issued, answer)
        return next.kind === 'signed_in' ? next : await issue(next, { email, since })
      } catch (cause) {
        const error = isAppCode(pending.issued.name) ? explainAppCode(cause) : cause
        const hasExpired = hasCode(error, 'challenge_expired')
        if (!hasExpired && !hasCode(error, 'code_mismatch', 'code_expired')) {
          // Cognito has not checked the code: the try is given back.
          if (answer.kind === 'code') await store(pending)
          throw error
        }
        if (!hasExpired && triesLeft > 0) return { kind: 'rejected', error }
        await store(undefined)
        return { kind: 'rejected', error: hasExpired ? error : triesSpentError(error) }
      }
    }
  }
}

function issuedChallenge(
  name: ChallengeName,
  pending: PendingChallenge,
  secret?: string
): IssuedChallenge {
  const { delivery, choices, requiredAttributes } = pending.issued
  const view: ChallengeView = {
    name,
    ...(delivery && { delivery }),
    ...(choices && name === 'SELECT_MFA_TYPE' && { choices }),
    ...(requiredAttributes && { requiredAttributes }),
    ...(secret !== undefined && { secret }),
    expiresAt: pending.expiresAt
  }
  return { kind: 'challenge_issued', pending, view }
}

const triesSpentError = (cause: AppError) =>
  new AppError('challenge_expired', { reason: 'tries_spent', cause })

/** The answer in the field that the challenge needs. Challenges can be answered only in Cognito's order. */
function answerOf(issued: CognitoChallenge, given: ClientAnswer): ChallengeAnswer {
  if (given.name !== issued.name)
    throw invalidField('name', `must be ${issued.name}, the step that is due`, 'not_allowed')
  const name = knownChallenge(issued.name)
  const field = name ? answerFields[name] : 'code'
  const value = given[field]
  if (value === undefined) throw invalidField(field, 'is required', 'required')
  if (field === 'code') return { kind: 'code', code: value }
  if (field === 'choice') {
    if (issued.choices?.includes(value)) return { kind: 'choice', choice: value }
    throw invalidField(
      'choice',
      `must be one of ${(issued.choices ?? []).join(', ')}`,
      'not_allowed'
    )
  }
  return { kind: 'new_password', newPassword: value, attributes: attributesOf(issued, given) }
}

function attributesOf(issued: CognitoChallenge, { attributes = {} }: ClientAnswer): UserAttributes {
  const missing = issued.requiredAttributes?.find(name => attributes[name] === undefined)
  if (missing !== undefined)
    throw invalidField(`attributes.${ourName(missing)}`, 'is required', 'required')
  return attributes
}

/**
 * Writes the challenge of a login into the browser's session; undefined deletes it. Returns `stale` where another
 * answer was faster. The session of a signed-in user may have been written by something else, such as a refresh: then
 * it is read and written once more, if its challenge has not changed.
 */
export async function storeChallenge(
  sessions: Pick<SessionStore, 'find' | 'update'>,
  session: LoadedSession,
  challenge: PendingChallenge | undefined,
  clock: Clock = Date.now
): Promise<WriteOutcome> {
  const before = session.data.challenge
  const outcome = await sessions.update(session, withChallenge(session.data, challenge, clock()))
  if (outcome !== 'stale' || session.data.kind === 'pending') return outcome
  const found = await sessions.find(session.id)
  if (found.kind !== 'live') return 'gone'
  const { session: fresh } = found
  const { challenge: now } = fresh.data
  const isSame = now?.issued.session === before?.issued.session
  if (!isSame || now?.triesLeft !== before?.triesLeft) return 'stale'
  return sessions.update(fresh, withChallenge(fresh.data, challenge, clock()))
}

function withChallenge(
  data: SessionData,
  challenge: PendingChallenge | undefined,
  now: number
): SessionData {
  if (data.kind === 'pending') {
    const { signUp } = data
    return pendingSession(now, { ...(signUp && { signUp }), ...(challenge && { challenge }) })
  }
  const { challenge: _, ...rest } = data
  return { ...rest, ...(challenge && { challenge }) }
}
