/** Stores what a refresh has brought, whatever happens to the lease or to Redis meanwhile. */

import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { IdentityProvider, SignedIn, Tokens, UnverifiedTokens } from './identity-provider.ts'
import {
  type Authenticated,
  authenticatedOf,
  type Lease,
  type SessionStore,
  sessionFields
} from './session.ts'
import { endedMeanwhile } from './shared-errors.ts'
import { type RevokeOptions, revokeTwice } from './sign-out.ts'

export interface SaveOptions extends RevokeOptions {
  readonly identity: Pick<IdentityProvider, 'verifyTokens' | 'revoke'>
  readonly sessions: Pick<SessionStore, 'find' | 'replaceTokens' | 'acquireLease'>
  /** Life of the refresh lease (ms). Shorter than Cognito's retry grace, so that a crash heals within it. */
  readonly leaseTtl?: number
  /** For how long tokens that cannot be stored are kept in memory (ms): Cognito's longest retry grace. */
  readonly savePatience?: number
}

/** The refresh lease of one refresh; taken again where it runs out while tokens are being stored. */
export interface HeldLease {
  lease: Lease | null
  /** Whether Cognito may have rotated the refresh token that is stored, by this refresh or an earlier one. */
  unresolved: boolean
}

export interface Unsaved {
  /** As it was read before Cognito was asked. */
  readonly session: Authenticated
  readonly old: Tokens
  readonly fresh: SignedIn
  readonly held: HeldLease
  /** Called, maybe several times, when the new tokens are there but cannot be stored yet. */
  readonly delayed: (error: unknown) => void
  /** Whether it is the refresh token alone that is new, and the refresh is not over. */
  readonly isPartial?: boolean
}

/**
 * Stores the new refresh token, which cannot be had again, beside the old access token; then verifies what came
 * with it. Where that fails nothing is lost: the next refresh begins with the new refresh token.
 * @throws AppError as `saveTokens` and `verifyTokens`.
 */
export async function saveAndVerify(
  options: SaveOptions,
  unsaved: Omit<Unsaved, 'fresh'>,
  unverified: UnverifiedTokens
): Promise<Tokens> {
  const { old, session } = unsaved
  const { refreshToken } = unverified
  const rotated = { ...old, refreshToken }
  if (refreshToken !== old.refreshToken) {
    const fresh = { kind: 'signed_in', tokens: rotated, user: session.data.user } as const
    await saveTokens(options, { ...unsaved, fresh, isPartial: true })
  }
  const fresh = await verify(options, session, unverified)
  return await saveTokens(options, { ...unsaved, old: rotated, fresh })
}

async function verify(
  { identity, report }: SaveOptions,
  session: Authenticated,
  unverified: UnverifiedTokens
): Promise<SignedIn> {
  try {
    return await identity.verifyTokens(unverified)
  } catch (error) {
    const reason = error instanceof AppError ? error.reason : undefined
    report('refresh.delayed', { ...sessionFields(session), ...(reason && { reason }), error })
    throw error
  }
}

/**
 * Once Cognito has rotated the refresh token, the only copy of the new one is in this process. A lease that
 * ran out is taken anew, and where the store does not answer it is asked again and again, as long as
 * Cognito may still be honouring the old token and a little more. Nobody is kept waiting for that: `delayed`.
 * @throws AppError `session_expired` where the session has ended, the new tokens revoked; `store_unavailable`;
 * `upstream_error` for tokens of another user.
 */
export async function saveTokens(options: SaveOptions, unsaved: Unsaved): Promise<Tokens> {
  const { report, savePatience = 60_000 } = options
  if (unsaved.fresh.user.sub !== unsaved.session.data.user.sub) {
    throw new AppError('upstream_error', { reason: 'id_token_of_another_user' })
  }
  const giveUpAt = performance.now() + savePatience
  let { session } = unsaved
  for (let isFirst = true; ; isFirst = false) {
    try {
      const reread = await write(options, { ...unsaved, session })
      if (reread === null) return unsaved.fresh.tokens
      session = reread
      if (performance.now() > giveUpAt) throw unsavable()
    } catch (error) {
      const isPassing = error instanceof AppError && error.code === 'store_unavailable'
      if (!isPassing || performance.now() > giveUpAt) throw error
      if (isFirst) report('refresh.delayed', { ...sessionFields(session), error })
      unsaved.delayed(error)
    }
    await sleep(50 + Math.random() * 100)
  }
}

/** Null once the record holds these tokens or newer ones; else the session as it is now, to try again. */
async function write(options: SaveOptions, unsaved: Unsaved): Promise<Authenticated | null> {
  const { sessions, report, leaseTtl = 3000 } = options
  const { session, old, fresh, held, isPartial = false } = unsaved
  const succeeded = () => !isPartial && report('refresh.succeeded', sessionFields(session))
  if (held.lease) {
    const outcome = await sessions.replaceTokens(session, fresh.tokens, fresh.user, held.lease)
    if (outcome === 'written') {
      succeeded()
      return null
    }
  }
  // Our lease has run out, somebody else has written, the session has ended, or an earlier try of ours
  // did arrive although the store did not say so.
  const now = authenticatedOf(await sessions.find(session.id))
  if (!now) return abandon(options, unsaved)
  now.caller = session.caller
  const stored = now.tokens()
  // In this order: a partial save differs from what was there by its refresh token alone.
  if (areSame(stored, fresh.tokens)) {
    succeeded()
    return null
  }
  if (areSame(stored, old)) {
    held.lease = await sessions.acquireLease(now, leaseTtl)
    return now
  }
  report('refresh.superseded', sessionFields(session))
  return null
}

function areSame(one: Tokens | undefined, other: Tokens): boolean {
  return one?.accessToken === other.accessToken && one.refreshToken === other.refreshToken
}

/** A session that ended meanwhile leaves no living tokens behind. */
async function abandon(options: SaveOptions, { session, fresh }: Unsaved): Promise<never> {
  await revokeTwice(options, sessionFields(session), fresh.tokens.refreshToken)
  throw endedMeanwhile()
}

const unsavable = () => new AppError('store_unavailable', { reason: 'tokens_not_stored' })
