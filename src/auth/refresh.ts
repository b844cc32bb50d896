/** One refresh of a session over all processes: only the holder of the lease speaks to Cognito. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { isDead, isDue } from './access-token-claims.ts'
import { isRefusal } from './ends.ts'
import { about, type Measure } from './events.ts'
import type { IdentityProvider, SignedIn, Tokens, UnverifiedTokens } from './identity-provider.ts'
import { saveAndVerify, saveTokens } from './save-tokens.ts'
import { type Authenticated, isAuthenticated, type Lease, type SessionStore } from './session.ts'
import { endStolen, type TheftOptions } from './token-theft.ts'

export interface RefreshOptions extends TheftOptions {
  readonly identity: Pick<
    IdentityProvider,
    'refresh' | 'verifyTokens' | 'revoke' | 'signOutEverywhere'
  >
  readonly sessions: Pick<
    SessionStore,
    'read' | 'replaceTokens' | 'destroy' | 'acquireLease' | 'renewLease' | 'releaseLease'
  >
  readonly measure?: Measure
  /** Life of the refresh lease (ms). Shorter than Cognito's retry grace, so that a crash heals within it. */
  readonly leaseTtl?: number
  /** How long a request waits for somebody else's refresh before it answers 503 (ms). */
  readonly patience?: number
  /** How long new tokens may be on their way from another process after Cognito called ours reused (ms). */
  readonly rivalPatience?: number
  /** How long tokens that cannot be stored are held on to (ms). Cognito's longest retry grace. */
  readonly savePatience?: number
}

export interface RefreshRequest {
  /** An access token that is to be replaced although by our clock it is good. */
  readonly refused?: string | undefined
  /** Told, maybe several times, that new tokens are there but cannot be stored yet. */
  readonly delayed: (error: unknown) => void
}

/**
 * Cognito's word on a refresh token, and from when on it is believed. "Reused" may only mean that another
 * process has rotated it and not stored the new one yet: it was suspended, or cut off from Redis.
 */
interface Verdict {
  readonly on: string
  readonly error: AppError
  /** By `performance.now()`. */
  readonly validFrom: number
  /** Reused, and none of our instances can have used it before. */
  readonly isTheft: boolean
}

/** What we hold on to; the lease in it may be taken anew while tokens are being stored. */
export interface Hold {
  lease: Lease | null
  /** Whether Cognito may have rotated the refresh token that is stored, by our asking or that of an earlier holder. */
  unresolved: boolean
}

/**
 * Tokens of the session that are good: refreshed here, or by whoever was faster.
 * @throws AppError `session_expired` (the record is gone by then), `cognito_unavailable`, `store_unavailable`.
 */
export async function refreshUnderLease(
  options: RefreshOptions,
  stale: Authenticated,
  request: RefreshRequest
): Promise<Tokens> {
  const { sessions, leaseTtl = 3000, patience = 10_000, measure } = options
  const begun = performance.now()
  let verdict: Verdict | undefined
  for (let waited = false; ; waited = true) {
    const inDoubt = verdict !== undefined && performance.now() < verdict.validFrom
    const lease = inDoubt ? null : await sessions.acquireLease(stale, leaseTtl)
    const hold: Hold = { lease, unresolved: lease?.unresolved ?? false }
    try {
      const outcome = await attempt(options, stale, request, hold, verdict)
      if (outcome && 'accessToken' in outcome) {
        if (waited) measure?.({ name: 'lease_wait', ms: performance.now() - begun })
        return outcome
      }
      verdict = outcome ?? verdict
    } finally {
      // A lease that cannot be given back runs out by itself.
      if (hold.lease) {
        const { lease, unresolved } = hold
        await sessions.releaseLease(stale, lease, unresolved).catch(() => undefined)
      }
    }
    if (performance.now() - begun > patience) {
      throw new AppError('cognito_unavailable', { reason: 'lease_wait' })
    }
    // One of each process asks for all that wait there, so that asking often is cheap: what they wait for
    // the longest beyond Cognito's own answer is this pause.
    await sleep(10 + Math.random() * 20)
  }
}

/** Tokens; or a verdict, to be looked at once more; or nothing: somebody else is at work. */
async function attempt(
  options: RefreshOptions,
  stale: Authenticated,
  request: RefreshRequest,
  hold: Hold,
  verdict: Verdict | undefined
): Promise<Tokens | Verdict | undefined> {
  const { sessions, clock } = options
  // Whoever waited reads again before doing anything: the work is mostly done by then.
  const session = await sessions.read(stale.id)
  if (!session || !isAuthenticated(session)) throw ended('ended_meanwhile')
  session.caller = stale.caller
  const tokens = session.tokens()
  if (tokens === undefined) throw ended('no_tokens')
  const isWanted = tokens.accessToken !== request.refused
  if (isWanted && !isDue(tokens, clock())) return tokens
  if (hold.lease === null) {
    return isWanted && !verdict && !isDead(tokens, clock()) ? tokens : undefined
  }
  if (verdict?.on !== tokens.refreshToken) return exchange(options, session, tokens, request, hold)
  // The lease is ours and nobody has stored anything newer: the verdict stands.
  if (verdict.isTheft) await endStolen(options, session, tokens)
  else await sessions.destroy(session)
  const reason = verdict.error.reason ?? 'refresh_token_dead'
  options.report('session.ended', { ...about(session), reason })
  throw verdict.error
}

async function exchange(
  options: RefreshOptions,
  session: Authenticated,
  old: Tokens,
  { delayed }: RefreshRequest,
  hold: Hold
): Promise<Tokens | Verdict> {
  const kept = keepLease(options, session, hold)
  try {
    const fresh = await askOnce(options, old.refreshToken, hold)
    if (!(fresh instanceof AppError)) {
      const save = { session, old, hold, delayed }
      const tokens = await (fresh.kind === 'unverified'
        ? saveAndVerify(options, save, fresh)
        : saveTokens(options, { ...save, fresh }))
      hold.unresolved = false
      return tokens
    }
    const isReused = fresh.reason === 'refresh_token_reused'
    if (isReused) options.report('refresh.reused', about(session))
    const validFrom = performance.now() + (isReused ? (options.rivalPatience ?? 2000) : 0)
    const isTheft = isReused && !hold.unresolved
    return { on: old.refreshToken, error: fresh, validFrom, isTheft }
  } finally {
    kept.stop()
  }
}

/** As `ask`, and keeps account of whether Cognito may have rotated the refresh token. */
async function askOnce(options: RefreshOptions, refreshToken: string, hold: Hold) {
  const wasUnresolved = hold.unresolved
  hold.unresolved = true
  try {
    const fresh = await ask(options, refreshToken)
    if (fresh instanceof AppError) hold.unresolved = wasUnresolved
    return fresh
  } catch (error) {
    if (isRefusal(error)) hold.unresolved = wasUnresolved
    throw error
  }
}

/** New tokens, or Cognito's verdict that there will be none. Everything else is thrown: it passes. */
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
    const isVerdict = error instanceof AppError && error.code === 'session_expired'
    count(isVerdict ? 'refused' : 'failed')
    if (isVerdict) return error
    throw error
  }
}

/** Renews the lease while Cognito answers, however slow it is. */
function keepLease(
  { sessions, leaseTtl = 3000 }: RefreshOptions,
  session: Authenticated,
  hold: Hold
) {
  const timer = setInterval(() => {
    // A failed renewal needs no answer here: the write is fenced by the lease.
    if (hold.lease) sessions.renewLease(session, hold.lease, leaseTtl).catch(() => undefined)
  }, leaseTtl / 3)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

const ended = (reason: string) => new AppError('session_expired', { reason })
