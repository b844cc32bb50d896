/**
 * The steps of a login between the password and the tokens, as a state machine: Cognito names the state,
 * an answer leads to the next one, to tokens, or back to the same with a try less.
 */
import { AppError, type Delivery } from '../errors.ts'
import { ourName } from './attributes.ts'
import type { Logins } from './ends.ts'
import {
  type ChallengeAnswer,
  type ChallengeIssued,
  type ChallengeName,
  type Clock,
  knownChallenge,
  type SignedIn,
  type SignInPort,
  type UserAttributes
} from './identity-provider.ts'
import { aboutTheApp } from './mfa.ts'
import {
  type LoadedSession,
  type PendingChallenge,
  pendingSession,
  type SessionData,
  type SessionStore,
  type WriteOutcome
} from './session.ts'
import { invalidField, isCode } from './shared-errors.ts'

/** What the client sends; which of the fields counts depends on the challenge. */
export interface GivenAnswer {
  readonly name: string
  readonly code?: string
  readonly choice?: string
  readonly newPassword?: string
  /** By Cognito's names. */
  readonly attributes?: UserAttributes
}

/** What the client is shown of a challenge: never Cognito's `Session`. */
export interface ChallengeView {
  readonly name: ChallengeName
  readonly delivery?: Delivery
  readonly choices?: readonly string[]
  readonly requiredAttributes?: readonly string[]
  /** Of a new authenticator: shown once, while it is being set up. */
  readonly secret?: string
  readonly expiresAt: number
}

export interface Posed {
  readonly kind: 'posed'
  readonly pending: PendingChallenge
  readonly view: ChallengeView
}

export type ChallengeStep =
  | SignedIn
  | Posed
  /** The answer was wrong, and a try is spent; with the last one the challenge is. */
  | { readonly kind: 'refused'; readonly error: AppError }

/** Stores what is left of a challenge, undefined for nothing. Throws where somebody else has written meanwhile. */
export type KeepChallenge = (pending: PendingChallenge | undefined) => Promise<void>

export interface Challenges {
  /** Puts a challenge to the browser, in a login that began at `since`. @throws AppError `challenge_unsupported` */
  pose(issued: ChallengeIssued, login: { email: string; since: number }): Promise<Posed>
  /**
   * @throws AppError `invalid_request` for an answer of the wrong form, which costs no try; `challenge_expired`
   * also where the user's sessions have all ended since the login began.
   */
  answer(
    pending: PendingChallenge | undefined,
    given: GivenAnswer,
    keep: KeepChallenge
  ): Promise<ChallengeStep>
}

export interface ChallengesOptions {
  readonly identity: Pick<SignInPort, 'respondToChallenge' | 'beginTotpAtLogin'>
  readonly logins: Pick<Logins, 'mayGoOn'>
  readonly clock: Clock
  /** How long a challenge may be answered; the pool's AuthSessionValidity. */
  readonly challengeSeconds: number
}

/** Cognito has limits of its own; this one bounds guesses at one password proof (ASVS 6.5.1, 6.6.3). */
const tries = 5

/** The field of `GivenAnswer` that answers each challenge. */
export const answerFields: Readonly<Record<ChallengeName, 'code' | 'choice' | 'newPassword'>> = {
  NEW_PASSWORD_REQUIRED: 'newPassword',
  SOFTWARE_TOKEN_MFA: 'code',
  SMS_MFA: 'code',
  EMAIL_OTP: 'code',
  MFA_SETUP: 'code',
  SELECT_MFA_TYPE: 'choice'
}

const isFromApp = (name: string) => name === 'SOFTWARE_TOKEN_MFA' || name === 'MFA_SETUP'

export function createChallenges(options: ChallengesOptions): Challenges {
  const { identity, logins, clock, challengeSeconds } = options

  async function pose(
    issued: ChallengeIssued,
    { email, since }: { email: string; since: number }
  ): Promise<Posed> {
    const name = knownChallenge(issued.name)
    if (!name) throw new AppError('challenge_unsupported', { reason: issued.name })
    const expiresAt = clock() + challengeSeconds * 1000
    const begun = { email, since, triesLeft: tries, expiresAt }
    if (name !== 'MFA_SETUP') return posed(name, { issued, ...begun })
    if (issued.choices && !issued.choices.includes('SOFTWARE_TOKEN_MFA')) {
      throw new AppError('challenge_unsupported', { reason: 'mfa_setup_without_totp' })
    }
    const { secret, challenge } = await identity.beginTotpAtLogin(issued)
    return posed(name, { issued: challenge, ...begun }, secret)
  }

  return {
    pose,
    async answer(pending, given, keep) {
      // With no try left the last one is being judged.
      const isAlive = pending && pending.expiresAt > clock() && pending.triesLeft > 0
      if (!isAlive) throw new AppError('challenge_expired')
      const answer = answerOf(pending.issued, given)
      const { issued, email, since = 0 } = pending
      if (!(await logins.mayGoOn({ since, names: [email, issued.username] }))) {
        await keep(undefined)
        throw new AppError('challenge_expired', { reason: 'ended_meanwhile' })
      }
      // Spent before it is made: answers that come together would all count as the same try.
      const triesLeft = pending.triesLeft - 1
      if (answer.kind === 'code') await keep({ ...pending, triesLeft })
      try {
        const next = await identity.respondToChallenge(pending.issued, answer)
        return next.kind === 'signed_in' ? next : await pose(next, { email, since })
      } catch (cause) {
        const error = isFromApp(pending.issued.name) ? aboutTheApp(cause) : cause
        const isOver = isCode(error, 'challenge_expired')
        if (!isOver && !isCode(error, 'code_mismatch', 'code_expired')) {
          // Nobody has judged it.
          if (answer.kind === 'code') await keep(pending)
          throw error
        }
        if (!isOver && triesLeft > 0) return { kind: 'refused', error }
        await keep(undefined)
        return { kind: 'refused', error: isOver ? error : spent(error) }
      }
    }
  }
}

function posed(name: ChallengeName, pending: PendingChallenge, secret?: string): Posed {
  const { delivery, choices, requiredAttributes } = pending.issued
  const view: ChallengeView = {
    name,
    ...(delivery && { delivery }),
    ...(choices && name === 'SELECT_MFA_TYPE' && { choices }),
    ...(requiredAttributes && { requiredAttributes }),
    ...(secret !== undefined && { secret }),
    expiresAt: pending.expiresAt
  }
  return { kind: 'posed', pending, view }
}

const spent = (cause: AppError) =>
  new AppError('challenge_expired', { reason: 'tries_spent', cause })

/** The one field that answers this challenge. The steps come in Cognito's order and in no other. */
function answerOf(issued: ChallengeIssued, given: GivenAnswer): ChallengeAnswer {
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

function attributesOf(issued: ChallengeIssued, { attributes = {} }: GivenAnswer): UserAttributes {
  const missing = issued.requiredAttributes?.find(name => attributes[name] === undefined)
  if (missing !== undefined)
    throw invalidField(`attributes.${ourName(missing)}`, 'is required', 'required')
  return attributes
}

// Writes what is left of a login into the session that its browser has.

/**
 * `stale` where another answer was faster. A session of a signed-in user may be written by others, its refresh for
 * one: then it is read and written once more, if the login in it is still where it was.
 */
export async function keepChallenge(
  sessions: Pick<SessionStore, 'find' | 'update'>,
  held: LoadedSession,
  challenge: PendingChallenge | undefined,
  clock: Clock = Date.now
): Promise<WriteOutcome> {
  const before = held.data.challenge
  const outcome = await sessions.update(held, withChallenge(held.data, challenge, clock()))
  if (outcome !== 'stale' || held.data.kind === 'pending') return outcome
  const found = await sessions.find(held.id)
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
