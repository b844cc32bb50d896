/** Refreshes a session's tokens once over all processes: only the holder of the session's lease calls Cognito. */

import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { isExpired, isRefreshDue } from './access-token-claims.ts'
import { isDefiniteFailure } from './ends.ts'
import type { RecordRefreshMetric } from './events.ts'
import type { IdentityProvider, SignedIn, Tokens, UnverifiedTokens } from './identity-provider.ts'
import {
  type HeldLease,
  type SaveOptions,
  saveAndVerify,
  saveTokens,
  type UnsavedTokens
} from './save-tokens.ts'
import { type Authenticated, authenticatedOf, type SessionStore, sessionFields } from './session.ts'
import { endedMeanwhileError } from './shared-errors.ts'
import { endStolen, type TheftOptions } from './token-theft.ts'

export interface RefreshOptions extends TheftOptions, SaveOptions {
  readonly identity: Pick<
    IdentityProvider,
    'refresh' | 'verifyTokens' | 'revoke' | 'signOutEverywhere'
  >
  readonly sessions: Pick<
    SessionStore,
    'find' | 'replaceTokens' | 'destroy' | 'acquireLease' | 'renewLease' | 'releaseLease'
  >
  readonly recordMetric?: RecordRefreshMetric
  /** How long a request waits for the refresh of another process before it is rejected with 503 (ms). */
  readonly waitLimit?: number
  /** How long another process may take to store its new tokens after Cognito has rejected ours as reused (ms). */
  readonly reuseGrace?: number
}

export interface RefreshRequest {
  /** An access token that must be replaced although it has not expired by this machine's clock: an API rejected it. */
  readonly rejectedToken?: string | undefined
  readonly onDelayed: UnsavedTokens['onDelayed']
}

/**
 * Cognito has rejected a refresh token. "Reused" may only mean that another process has rotated it and not stored
 * the new one yet: it was suspended, or cut off from Redis. So the session ends after `validFrom` only, and if the
 * rejected token is still the stored one then.
 */
interface Rejection {
  readonly kind: 'rejected'
  readonly refreshToken: string
  readonly error: AppError
  /** By `performance.now()`. */
  readonly validFrom: number
  /** Reused, and no instance of this service can have used it before. */
  readonly isTheft: boolean
}

/** `waiting`: another process holds the lease. */
type Outcome =
  | { readonly kind: 'tokens'; readonly tokens: Tokens }
  | Rejection
  | { readonly kind: 'waiting' }

/**
 * Returns good tokens of the session: refreshed here, or by a process that was faster.
 * @throws AppError `session_expired` (the record is gone by then), `cognito_unavailable`, `store_unavailable`.
 */
export async function refreshUnderLease(
  options: RefreshOptions,
  stale: Authenticated,
  request: RefreshRequest
): Promise<Tokens> {
  const { sessions, leaseTtl = 3000, waitLimit = 10_000, recordMetric } = options
  const startedAt = performance.now()
  let rejection: Rejection | undefined
  for (let waited = false; ; waited = true) {
    const isPreliminary = rejection !== undefined && performance.now() < rejection.validFrom
    const lease = isPreliminary ? null : await sessions.acquireLease(stale, leaseTtl)
    const held: HeldLease = { lease, unresolved: lease?.unresolved ?? false }
    try {
      const outcome = await attempt(options, stale, request, held, rejection)
      if (outcome.kind === 'tokens') {
        if (waited) recordMetric?.({ name: 'lease_wait', ms: performance.now() - startedAt })
        return outcome.tokens
      }
      if (outcome.kind === 'rejected') rejection = outcome
    } finally {
      // A lease that cannot be released expires.
      if (held.lease) {
        const { lease, unresolved } = held
        await sessions.releaseLease(stale, lease, unresolved).catch(() => undefined)
      }
    }
    if (performance.now() - startedAt > waitLimit) {
      throw new AppError('cognito_unavailable', { reason: 'lease_wait' })
    }
    // One request of each process polls for all others there, so short pauses are cheap. The pause is all that
    // requests wait beyond Cognito's own response time.
    await sleep(10 + Math.random() * 20)
  }
}

async function attempt(
  options: RefreshOptions,
  stale: Authenticated,
  request: RefreshRequest,
  held: HeldLease,
  rejection: Rejection | undefined
): Promise<Outcome> {
  const { sessions, clock } = options
  // Read again after waiting: another process has mostly refreshed by then.
  const session = authenticatedOf(await sessions.find(stale.id))
  if (!session) throw endedMeanwhileError()
  session.caller = stale.caller
  const tokens = session.tokens()
  if (tokens === undefined) throw sessionExpired('no_tokens')
  const isAccepted = tokens.accessToken !== request.rejectedToken
  if (isAccepted && !isRefreshDue(tokens, clock())) return { kind: 'tokens', tokens }
  if (held.lease === null) {
    const isGood = isAccepted && !rejection && !isExpired(tokens, clock())
    return isGood ? { kind: 'tokens', tokens } : { kind: 'waiting' }
  }
  if (rejection?.refreshToken !== tokens.refreshToken) {
    return refreshAndSave(options, session, tokens, request, held)
  }
  // This process holds the lease and no newer token is stored: the rejection is final.
  if (rejection.isTheft) await endStolen(options, session, tokens)
  else await sessions.destroy(session, 'refused_by_cognito')
  const reason = rejection.error.reason ?? 'refresh_token_dead'
  options.report('session.ended', { ...sessionFields(session), reason })
  throw rejection.error
}

/** Calls Cognito and stores the new tokens. The caller holds the lease. */
async function refreshAndSave(
  options: RefreshOptions,
  session: Authenticated,
  old: Tokens,
  { onDelayed }: RefreshRequest,
  held: HeldLease
): Promise<Outcome> {
  const renewal = renewLeaseMeanwhile(options, session, held)
  try {
    const fresh = await refreshAtCognito(options, old.refreshToken, held)
    if (!(fresh instanceof AppError)) {
      const save = { session, old, held, onDelayed }
      const tokens = await (fresh.kind === 'unverified'
        ? saveAndVerify(options, save, fresh)
        : saveTokens(options, { ...save, fresh }))
      held.unresolved = false
      return { kind: 'tokens', tokens }
    }
    const isReused = fresh.reason === 'refresh_token_reused'
    if (isReused) options.report('refresh.reused', sessionFields(session))
    const validFrom = performance.now() + (isReused ? (options.reuseGrace ?? 2000) : 0)
    const isTheft = isReused && !held.unresolved
    return { kind: 'rejected', refreshToken: old.refreshToken, error: fresh, validFrom, isTheft }
  } finally {
    renewal.stop()
  }
}

/** As `timedRefresh`, and records in `held` whether Cognito may have rotated the refresh token. */
async function refreshAtCognito(options: RefreshOptions, refreshToken: string, held: HeldLease) {
  const wasUnresolved = held.unresolved
  held.unresolved = true
  try {
    const fresh = await timedRefresh(options, refreshToken)
    if (fresh instanceof AppError) held.unresolved = wasUnresolved
    return fresh
  } catch (error) {
    if (isDefiniteFailure(error)) held.unresolved = wasUnresolved
    throw error
  }
}

/**
 * Returns new tokens, or the error by which Cognito rejects the refresh token. Throws any other error: it is
 * transient.
 */
async function timedRefresh(
  { identity, recordMetric }: RefreshOptions,
  refreshToken: string
): Promise<SignedIn | UnverifiedTokens | AppError> {
  const startedAt = performance.now()
  const count = (outcome: 'refreshed' | 'refused' | 'failed') =>
    recordMetric?.({ name: 'exchange', outcome, ms: performance.now() - startedAt })
  try {
    const fresh = await identity.refresh(refreshToken)
    count('refreshed')
    return fresh
  } catch (error) {
    const isRejection = error instanceof AppError && error.code === 'session_expired'
    count(isRejection ? 'refused' : 'failed')
    if (isRejection) return error
    throw error
  }
}

/** Renews the lease until `stop` is called, however long Cognito takes. */
function renewLeaseMeanwhile(
  { sessions, leaseTtl = 3000 }: RefreshOptions,
  session: Authenticated,
  held: HeldLease
) {
  const timer = setInterval(() => {
    // A failed renewal is ignored: the write of the tokens checks the lease.
    if (held.lease) sessions.renewLease(session, held.lease, leaseTtl).catch(() => undefined)
  }, leaseTtl / 3)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

const sessionExpired = (reason: string) => new AppError('session_expired', { reason })
