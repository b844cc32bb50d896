/** Transparent refresh: hands out access tokens that are good, and says when a session has to end. */

import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { isExpired, isRefreshDue, lifetimeOf } from './access-token-claims.ts'
import type { Tokens } from './identity-provider.ts'
import { type RefreshOptions, refreshUnderLease } from './refresh.ts'
import { type Authenticated, sessionFields } from './session.ts'

export interface AccessTokensOptions extends RefreshOptions {
  /** When a refresh that Cognito left unanswered is tried again, unasked (ms). */
  readonly retryAfter?: number
}

export interface AccessTokens {
  /**
   * An access token for this session that has not expired.
   * @throws AppError `session_expired` where Cognito declared the refresh token dead or the session is
   * gone; `cognito_unavailable` where no refresh is possible now; `store_unavailable`.
   */
  get(session: Authenticated): Promise<string>
  /**
   * Runs `call` with an access token; once more with a new one where Cognito refuses the first
   * (`session_expired`, reason `access_token_...`): only a refresh tells whether the session is over or
   * merely a clock is wrong.
   * @throws AppError as `get`, and whatever `call` throws. After `session_expired` the session has ended.
   */
  use<T>(session: Authenticated, call: (accessToken: string) => Promise<T>): Promise<T>
  /**
   * A newer access token than the one an API has refused. The same one where that was made for this very
   * reason moments ago: such an API has other reasons.
   * @throws AppError as `get`
   */
  replace(session: Authenticated, refused: string): Promise<string>
  /** Settles when no refresh is under way any more, or after `limit` ms. For the end of the process. */
  settled(limit: number): Promise<void>
}

/** An API that refuses every token costs one refresh a session in this time (ms), or in a token's life. */
const replaceEvery = 30_000

export function createAccessTokens(options: AccessTokensOptions): AccessTokens {
  const { sessions, clock, report, retryAfter = 1000 } = options
  const refreshes = createRefreshes(options, retryAfter)
  /** By session id: the token that was made because another one was refused. */
  const replacements = new Map<string, string>()

  async function end(session: Authenticated, rejection: AppError): Promise<never> {
    await sessions.destroy(session)
    // What does not open is no word of Cognito's: the store has reported it (session_unreadable).
    const { reason = 'refused' } = rejection
    if (reason !== 'no_tokens') report('session.ended', { ...sessionFields(session), reason })
    throw rejection
  }

  async function get(session: Authenticated): Promise<string> {
    const tokens = session.tokens()
    if (tokens === undefined)
      return end(session, new AppError('session_expired', { reason: 'no_tokens' }))
    if (isExpired(tokens, clock())) return (await refreshes.wait(session)).accessToken
    // Still good: this request does not wait, the next one finds the new token.
    if (isRefreshDue(tokens, clock())) refreshes.begin(session)
    return tokens.accessToken
  }

  async function newerThan(refused: string, session: Authenticated): Promise<string> {
    const { accessToken } = await refreshes.wait(session, refused)
    if (accessToken !== refused) return accessToken
    // A refresh that was under way already did not know of the refusal.
    return (await refreshes.wait(session, refused)).accessToken
  }

  async function tryCall<T>(
    session: Authenticated,
    call: (accessToken: string) => Promise<T>,
    accessToken: string
  ): Promise<{ refusal?: never; answer: T } | { refusal: AppError }> {
    try {
      return { answer: await call(accessToken) }
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'session_expired') throw error
      if (error.reason?.startsWith('access_token_')) return { refusal: error }
      // The user is gone, disabled or to reset the password: no refresh would help.
      return end(session, error)
    }
  }

  return {
    get,
    async use(session, call) {
      const accessToken = await get(session)
      const first = await tryCall(session, call, accessToken)
      if (!first.refusal) return first.answer
      const second = await tryCall(session, call, await newerThan(accessToken, session))
      if (!second.refusal) return second.answer
      // The refresh token was good a moment ago: nothing is over, only out of order.
      throw new AppError('cognito_unavailable', {
        reason: 'new_token_refused',
        cause: second.refusal
      })
    },
    async replace(session, refused) {
      if (replacements.get(session.id) === refused) return refused
      const newer = await newerThan(refused, session)
      replacements.set(session.id, newer)
      const rest = Math.min(replaceEvery, lifetimeOf(newer))
      setTimeout(() => replacements.delete(session.id), rest).unref()
      return newer
    },
    settled: limit => refreshes.settled(limit)
  }
}

// The refreshes of this process: one at a time for each session, shared by all who need it.

export interface Refreshes {
  /** New tokens; fails as soon as storing them is delayed, while the work on that goes on. */
  wait(session: Authenticated, refused?: string): Promise<Tokens>
  /** Begins a refresh that nobody waits for, unless one has just failed. */
  begin(session: Authenticated): void
  /** Settles when nothing is under way any more, or after `limit` ms. */
  settled(limit: number): Promise<void>
}

/** `retryAfter` in ms: when Cognito is asked again, unasked, after it fell silent; see `heal`. */
export function createRefreshes(options: RefreshOptions, retryAfter: number): Refreshes {
  // Keyed by session id, never global: a shared promise must not hand one user's token to another.
  const underWay = new Map<string, Promise<Tokens>>()
  const works = new Set<Promise<unknown>>()
  const resting = new Set<string>()

  function start(session: Authenticated, refused: string | undefined): Promise<Tokens> {
    const answer = new Promise<Tokens>((resolve, reject) => {
      const work = refreshUnderLease(options, session, { refused, delayed: reject })
        .then(resolve, reject)
        .finally(() => {
          underWay.delete(session.id)
          works.delete(work)
        })
      works.add(work)
    })
    underWay.set(session.id, answer)
    answer.catch((error: unknown) => {
      heal(session, error)
      if (!isEndedElsewhere(error)) options.report('refresh.failed', failureOf(session, error))
    })
    return answer
  }

  function wait(session: Authenticated, refused?: string): Promise<Tokens> {
    const existing = underWay.get(session.id)
    if (existing === undefined) return start(session, refused)
    options.measure?.({ name: 'shared' })
    return existing
  }

  function begin(session: Authenticated): void {
    if (resting.has(session.id) || underWay.has(session.id)) return
    start(session, undefined).catch(() => undefined)
  }

  /**
   * After a failure nothing is begun unasked for a while: Cognito may be throttling us. But where its answer
   * was lost it may have rotated the refresh token, and it honours the old one for a short time only (the retry
   * grace), in which the user may not come back: then it is asked once more, for them.
   */
  function heal(session: Authenticated, error: unknown): void {
    if (resting.has(session.id)) return
    resting.add(session.id)
    setTimeout(() => resting.delete(session.id), 5 * retryAfter).unref()
    if (isLost(error)) {
      setTimeout(() => {
        if (underWay.has(session.id)) return
        start(session, undefined).catch(() => undefined)
      }, retryAfter).unref()
    }
  }

  return {
    wait,
    begin,
    async settled(limit) {
      const over = new AbortController()
      const tooLate = sleep(limit, undefined, { signal: over.signal }).catch(() => undefined)
      await Promise.race([Promise.allSettled(works), tooLate])
      over.abort()
    }
  }
}

/** A log-out is no failure. */
function isEndedElsewhere(error: unknown): boolean {
  return error instanceof AppError && error.reason === 'ended_meanwhile'
}

function failureOf(session: Authenticated, error: unknown) {
  if (!(error instanceof AppError))
    return { ...sessionFields(session), reason: 'unexpected', error }
  return { ...sessionFields(session), reason: error.reason ?? error.code, code: error.code, error }
}

/**
 * What was asked for may have happened: no answer came at all, or something on the way replaced it; or it came
 * with an ID token signed by a new key of the pool, and that key could not be had.
 */
const lost = new Set([
  'timeout',
  'unreachable',
  'http_5xx',
  'unexpected_status',
  'unreadable_answer',
  'tokens_incomplete',
  'jwks_unreachable',
  'jwks_key_unknown',
  'jwks_wait'
])

function isLost(error: unknown): boolean {
  return error instanceof AppError && lost.has(error.reason ?? '')
}
