/** Transparent refresh: hands out an access token that is still good, refreshing it once per session. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { isDead, isDue } from './lifetime.ts'
import type { Clock, IdentityProvider, Tokens } from './ports.ts'
import type { Report } from './report.ts'
import { type Authenticated, isAuthenticated, type Lease, type SessionStore } from './session.ts'

export interface AccessTokensOptions {
  readonly identity: Pick<IdentityProvider, 'refresh' | 'revoke'>
  readonly sessions: Pick<
    SessionStore,
    'read' | 'replaceTokens' | 'destroy' | 'acquireLease' | 'renewLease' | 'releaseLease'
  >
  readonly clock: Clock
  readonly report: Report
  /** Life of the refresh lease (ms). Shorter than Cognito's retry grace, so that a crash heals within it. */
  readonly leaseTtl?: number
  /** How long a request waits for somebody else's refresh before it answers 503 (ms). */
  readonly patience?: number
}

export interface AccessTokens {
  /**
   * An access token for this session that has not expired.
   * @throws AppError `session_expired` where Cognito declared the refresh token dead or the session is
   * gone; `cognito_unavailable` where no refresh is possible now; `store_unavailable`.
   */
  get(session: Authenticated): Promise<string>
}

export function createAccessTokens(options: AccessTokensOptions): AccessTokens {
  const { clock, report } = options
  // Keyed by session id, never global: a shared promise must not hand one user's token to another.
  const underWay = new Map<string, Promise<Tokens>>()

  function refreshOnce(session: Authenticated): Promise<Tokens> {
    const existing = underWay.get(session.id)
    if (existing !== undefined) return existing
    const refresh = refreshUnderLease(options, session).finally(() => underWay.delete(session.id))
    underWay.set(session.id, refresh)
    return refresh
  }

  return {
    async get(session) {
      const tokens = session.tokens()
      if (tokens === undefined) throw new AppError('session_expired', { reason: 'no_tokens' })
      if (!isDue(tokens, clock())) return tokens.accessToken
      if (isDead(tokens, clock())) return (await refreshOnce(session)).accessToken
      // Still good: this request does not wait, the next one finds the new token.
      refreshOnce(session).catch((error: unknown) => {
        report('refresh.failed', { ...describe(session), reason: 'ahead', error })
      })
      return tokens.accessToken
    }
  }
}

const describe = (session: Authenticated) => ({
  sub: session.data.user.sub,
  session: session.data.handle
})

/** One refresh across all processes: only the holder of the lease speaks to Cognito. */
async function refreshUnderLease(
  options: AccessTokensOptions,
  stale: Authenticated
): Promise<Tokens> {
  const { sessions, clock, leaseTtl = 3000, patience = 10_000 } = options
  const deadline = clock() + patience
  for (;;) {
    const lease = await sessions.acquireLease(stale, leaseTtl)
    // Whoever waited reads again before doing anything: the work is mostly done by then.
    const session = await readAgain(options, stale)
    const tokens = session.tokens()
    if (tokens && !isDue(tokens, clock())) {
      if (lease) await sessions.releaseLease(session, lease)
      return tokens
    }
    if (lease) return refreshHolding(options, session, lease, leaseTtl)
    if (tokens && !isDead(tokens, clock())) return tokens
    if (clock() > deadline) throw new AppError('cognito_unavailable', { reason: 'lease_wait' })
    await sleep(20 + Math.random() * 60)
  }
}

async function readAgain(
  options: AccessTokensOptions,
  session: Authenticated
): Promise<Authenticated> {
  const fresh = await options.sessions.read(session.id)
  if (fresh && isAuthenticated(fresh)) return fresh
  throw new AppError('session_expired', { reason: 'ended_meanwhile' })
}

async function refreshHolding(
  options: AccessTokensOptions,
  session: Authenticated,
  lease: Lease,
  leaseTtl: number
): Promise<Tokens> {
  const kept = keepLease(options.sessions, session, lease, leaseTtl)
  try {
    return await exchange(options, session, lease)
  } finally {
    kept.stop()
    // A lease that cannot be given back runs out by itself.
    await options.sessions.releaseLease(session, lease).catch(() => undefined)
  }
}

/** Renews the lease while Cognito answers, however slow it is. */
function keepLease(
  sessions: AccessTokensOptions['sessions'],
  session: Authenticated,
  lease: Lease,
  ttl: number
) {
  const timer = setInterval(() => {
    // A failed renewal needs no answer here: the write is fenced by the lease.
    sessions.renewLease(session, lease, ttl).catch(() => undefined)
  }, ttl / 3)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

async function exchange(
  options: AccessTokensOptions,
  session: Authenticated,
  lease: Lease
): Promise<Tokens> {
  const { identity, sessions, clock, report } = options
  const old = session.tokens()
  if (old === undefined) throw new AppError('session_expired', { reason: 'no_tokens' })
  try {
    const { tokens, user } = await identity.refresh(old.refreshToken)
    const outcome = await sessions.replaceTokens(session, tokens, user, lease)
    if (outcome === 'gone') {
      await identity.revoke(tokens.refreshToken).catch((error: unknown) => {
        report('revoke.failed', { ...describe(session), error })
      })
      throw new AppError('session_expired', { reason: 'ended_meanwhile' })
    }
    report(outcome === 'written' ? 'refresh.succeeded' : 'refresh.superseded', describe(session))
    return tokens
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'session_expired' && error.reason !== 'ended_meanwhile') {
      return await afterVerdict(options, session, error)
    }
    if (error.code === 'cognito_unavailable' && !isDead(old, clock())) return old
    throw error
  }
}

/** Cognito says the refresh token is dead: believe it, unless somebody else has stored a newer one. */
async function afterVerdict(
  options: AccessTokensOptions,
  session: Authenticated,
  verdict: AppError
): Promise<Tokens> {
  const { sessions, clock, report } = options
  const now = (await readAgain(options, session)).tokens()
  const superseded = now && now.refreshToken !== session.tokens()?.refreshToken
  if (superseded && !isDead(now, clock())) return now
  await sessions.destroy(session)
  report('session.ended', { ...describe(session), reason: verdict.reason ?? 'refresh_token_dead' })
  throw verdict
}
