/** Stores the tokens of a refresh, even if the lease expires or Redis is unavailable meanwhile. */

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
import { endedMeanwhileError } from './shared-errors.ts'
import { type RevokeOptions, revokeRefreshToken } from './sign-out.ts'

export interface SaveOptions extends RevokeOptions {
  readonly identity: Pick<IdentityProvider, 'verifyTokens' | 'revoke'>
  readonly sessions: Pick<SessionStore, 'find' | 'replaceTokens' | 'acquireLease'>
  /**
   * Lifetime of the refresh lease (ms). Shorter than Cognito's grace period for retries, so that another process can
   * retry after a crash.
   */
  readonly leaseTtl?: number
  /** How long the storing of tokens is retried (ms): Cognito's longest grace period for retries. */
  readonly saveLimit?: number
}

/** The refresh lease of one refresh; taken again where it runs out while tokens are being stored. */
export interface HeldLease {
  lease: Lease | null
  /** Whether Cognito may have rotated the refresh token that is stored, by this refresh or an earlier one. */
  unresolved: boolean
}

export interface UnsavedTokens {
  /** As it was read before the call to Cognito. */
  readonly session: Authenticated
  readonly old: Tokens
  readonly fresh: SignedIn
  readonly held: HeldLease
  /** Called at each failed attempt to store the new tokens. */
  readonly onDelayed: (error: unknown) => void
  /** Whether only the refresh token is new, and the refresh goes on. */
  readonly isPartial?: boolean
}

/**
 * Stores the new refresh token, which Cognito returns only once, beside the old access token; then verifies the ID
 * token that came with it. If that fails nothing is lost: the next refresh uses the new refresh token.
 * @throws AppError as `saveTokens` and `verifyTokens`.
 */
export async function saveAndVerify(
  options: SaveOptions,
  unsaved: Omit<UnsavedTokens, 'fresh'>,
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
 * Stores new tokens. Once Cognito has rotated the refresh token, the only copy of the new one is in this process. So an
 * expired lease is acquired again, and an unavailable store is retried for as long as Cognito may accept the old
 * token. Requests need not wait for that: `onDelayed`.
 * @throws AppError `session_expired` where the session has ended, the new tokens revoked; `store_unavailable`;
 * `upstream_error` for tokens of another user.
 */
export async function saveTokens(options: SaveOptions, unsaved: UnsavedTokens): Promise<Tokens> {
  const { report, saveLimit = 60_000 } = options
  if (unsaved.fresh.user.sub !== unsaved.session.data.user.sub) {
    throw new AppError('upstream_error', { reason: 'id_token_of_another_user' })
  }
  const giveUpAt = performance.now() + saveLimit
  let { session } = unsaved
  for (let isFirst = true; ; isFirst = false) {
    try {
      const reread = await write(options, { ...unsaved, session })
      if (reread === null) return unsaved.fresh.tokens
      session = reread
      if (performance.now() > giveUpAt) throw notStoredError()
    } catch (error) {
      const isTransient = error instanceof AppError && error.code === 'store_unavailable'
      if (!isTransient || performance.now() > giveUpAt) throw error
      if (isFirst) report('refresh.delayed', { ...sessionFields(session), error })
      unsaved.onDelayed(error)
    }
    await sleep(50 + Math.random() * 100)
  }
}

/**
 * Returns null once the record holds these tokens or newer ones; else the session as it is now, for another attempt.
 */
async function write(options: SaveOptions, unsaved: UnsavedTokens): Promise<Authenticated | null> {
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
  // The lease has expired, another process has written, the session has ended, or an earlier attempt has succeeded
  // although the store did not respond.
  const now = authenticatedOf(await sessions.find(session.id))
  if (!now) return abandon(options, unsaved)
  now.caller = session.caller
  const stored = now.tokens()
  // In this order: after a partial save the stored tokens differ from the old ones by the refresh token only.
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

/** Revokes the new tokens of a session that has ended meanwhile. */
async function abandon(options: SaveOptions, { session, fresh }: UnsavedTokens): Promise<never> {
  await revokeRefreshToken(options, sessionFields(session), fresh.tokens.refreshToken)
  throw endedMeanwhileError()
}

const notStoredError = () => new AppError('store_unavailable', { reason: 'tokens_not_stored' })
