/** One refresh of a session over all processes: only the holder of the lease speaks to Cognito. */

import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { isExpired, isRefreshDue } from './access-token-claims.ts'
import { isRefusal } from './ends.ts'
import type { Measure } from './events.ts'
import type { IdentityProvider, SignedIn, Tokens, UnverifiedTokens } from './identity-provider.ts'
import {
  type HeldLease,
  type SaveOptions,
  saveAndVerify,
  saveTokens,
  type Unsaved
} from './save-tokens.ts'
import { type Authenticated, authenticatedOf, type SessionStore, sessionFields } from './session.ts'
import { endedMeanwhile } from './shared-errors.ts'
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
  readonly measure?: Measure
  /** How long a request waits for the refresh of another process before it is refused with 503 (ms). */
  readonly patience?: number
  /** How long new tokens may be on their way from another process after Cognito called ours reused (ms). */
  readonly rivalPatience?: number
}

export interface RefreshRequest {
  /** An access token that is to be replaced although by our clock it is good. */
  readonly refused?: string | undefined
  readonly delayed: Unsaved['delayed']
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
  /** Reused, and none of our instances can have used it before. */
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
  const { sessions, leaseTtl = 3000, patience = 10_000, measure } = options
  const begun = performance.now()
  let rejection: Rejection | undefined
  for (let waited = false; ; waited = true) {
    const inDoubt = rejection !== undefined && performance.now() < rejection.validFrom
    const lease = inDoubt ? null : await sessions.acquireLease(stale, leaseTtl)
    const held: HeldLease = { lease, unresolved: lease?.unresolved ?? false }
    try {
      const outcome = await attempt(options, stale, request, held, rejection)
      if (outcome.kind === 'tokens') {
        if (waited) measure?.({ name: 'lease_wait', ms: performance.now() - begun })
        return outcome.tokens
      }
      if (outcome.kind === 'rejected') rejection = outcome
    } finally {
      // A lease that cannot be given back runs out by itself.
      if (held.lease) {
        const { lease, unresolved } = held
        await sessions.releaseLease(stale, lease, unresolved).catch(() => undefined)
      }
    }
    if (performance.now() - begun > patience) {
      throw new AppError('cognito_unavailable', { reason: 'lease_wait' })
    }
    // One request of each process asks for all that wait there, so asking often is cheap: this pause is all that
    // they wait beyond Cognito's own time.
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
  // A request that waited reads again before doing anything: the work is mostly done by then.
  const session = authenticatedOf(await sessions.find(stale.id))
  if (!session) throw endedMeanwhile()
  session.caller = stale.caller
  const tokens = session.tokens()
  if (tokens === undefined) throw ended('no_tokens')
  const isWanted = tokens.accessToken !== request.refused
  if (isWanted && !isRefreshDue(tokens, clock())) return { kind: 'tokens', tokens }
  if (held.lease === null) {
    const isGood = isWanted && !rejection && !isExpired(tokens, clock())
    return isGood ? { kind: 'tokens', tokens } : { kind: 'waiting' }
  }
  if (rejection?.refreshToken !== tokens.refreshToken) {
    return exchange(options, session, tokens, request, held)
  }
  // The lease is ours and no newer token is stored: the rejection is final.
  if (rejection.isTheft) await endStolen(options, session, tokens)
  else await sessions.destroy(session)
  const reason = rejection.error.reason ?? 'refresh_token_dead'
  options.report('session.ended', { ...sessionFields(session), reason })
  throw rejection.error
}

async function exchange(
  options: RefreshOptions,
  session: Authenticated,
  old: Tokens,
  { delayed }: RefreshRequest,
  held: HeldLease
): Promise<Outcome> {
  const kept = keepLease(options, session, held)
  try {
    const fresh = await askOnce(options, old.refreshToken, held)
    if (!(fresh instanceof AppError)) {
      const save = { session, old, held, delayed }
      const tokens = await (fresh.kind === 'unverified'
        ? saveAndVerify(options, save, fresh)
        : saveTokens(options, { ...save, fresh }))
      held.unresolved = false
      return { kind: 'tokens', tokens }
    }
    const isReused = fresh.reason === 'refresh_token_reused'
    if (isReused) options.report('refresh.reused', sessionFields(session))
    const validFrom = performance.now() + (isReused ? (options.rivalPatience ?? 2000) : 0)
    const isTheft = isReused && !held.unresolved
    return { kind: 'rejected', refreshToken: old.refreshToken, error: fresh, validFrom, isTheft }
  } finally {
    kept.stop()
  }
}

/** As `ask`, and records whether Cognito may have rotated the refresh token. */
async function askOnce(options: RefreshOptions, refreshToken: string, held: HeldLease) {
  const wasUnresolved = held.unresolved
  held.unresolved = true
  try {
    const fresh = await ask(options, refreshToken)
    if (fresh instanceof AppError) held.unresolved = wasUnresolved
    return fresh
  } catch (error) {
    if (isRefusal(error)) held.unresolved = wasUnresolved
    throw error
  }
}

/** Returns new tokens, or the error by which Cognito rejects the refresh token. Throws every other: it passes. */
async function ask(
  { identity, measure }: RefreshOptions,
  refreshToken: string
): Promise<SignedIn | UnverifiedTokens | AppError> {
  const begun = performance.now()
  const count = (outcome: 'refreshed' | 'refused' | 'failed') =>
    measure?.({ name: 'exchange', outcome, ms: performance.now() - begun })
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

/** Renews the lease while Cognito answers, however slow it is. */
function keepLease(
  { sessions, leaseTtl = 3000 }: RefreshOptions,
  session: Authenticated,
  held: HeldLease
) {
  const timer = setInterval(() => {
    // A failed renewal needs no answer here: the write is fenced by the lease.
    if (held.lease) sessions.renewLease(session, held.lease, leaseTtl).catch(() => undefined)
  }, leaseTtl / 3)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

const ended = (reason: string) => new AppError('session_expired', { reason })
