/** Returns valid access tokens, refreshed in time, and ends sessions whose refresh token Cognito has rejected. */

import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { isExpired, isIdTokenExpired, isRefreshDue, lifetimeOf } from './access-token-claims.ts'
import type { Tokens } from './identity-provider.ts'
import { type RefreshOptions, refreshUnderLease } from './refresh.ts'
import { type Authenticated, sessionFields } from './session.ts'

export interface AccessTokensOptions extends RefreshOptions {
  /** After which time a refresh without a response from Cognito is retried, without a request (ms). */
  readonly retryAfter?: number
}

export interface AccessTokens {
  /**
   * An access token of this session that has not expired.
   * @throws AppError `session_expired` where Cognito has rejected the refresh token or the session has ended;
   * `cognito_unavailable` where no refresh is possible at the moment; `store_unavailable`.
   */
  get(session: Authenticated): Promise<string>
  /**
   * The ID token that came with the current access token, or a newer one where it has expired or was not kept.
   * @throws AppError as `get`; `upstream_error` where Cognito returns none
   */
  getIdToken(session: Authenticated): Promise<string>
  /**
   * Runs `call` with an access token, and again with a new one where Cognito rejects the first (`session_expired`,
   * reason `access_token_...`): only a refresh shows whether the session has ended or merely a clock is wrong.
   * @throws AppError as `get`, and whatever `call` throws. After `session_expired` the session has ended.
   */
  use<T>(session: Authenticated, call: (accessToken: string) => Promise<T>): Promise<T>
  /**
   * A newer access token than the one that an API has rejected. The same one where that itself replaced a rejected
   * token moments ago: then the API rejects tokens for another reason.
   * @throws AppError as `get`
   */
  replace(session: Authenticated, rejectedToken: string): Promise<string>
  /** As `replace`, for an ID token. */
  replaceIdToken(session: Authenticated, rejectedToken: string): Promise<string>
  /** Resolves when no refresh is running, or after `limit` ms. For the shutdown of the process. */
  settled(limit: number): Promise<void>
}

/** An API that rejects every token costs one refresh a session in this time (ms), or in a token's lifetime. */
const replaceInterval = 30_000

export function createAccessTokens(options: AccessTokensOptions): AccessTokens {
  const { sessions, clock, report, retryAfter = 1000 } = options
  const refreshes = createRefreshes(options, retryAfter)
  /** By session id and kind: the token that replaced a rejected one. */
  const replacements = new Map<string, string>()

  async function end(session: Authenticated, rejection: AppError): Promise<never> {
    await sessions.destroy(session, 'refused_by_cognito')
    // Sealed tokens that do not open are not Cognito's decision: the store has reported them (session_unreadable).
    const { reason = 'refused' } = rejection
    if (reason !== 'no_tokens') report('session.ended', { ...sessionFields(session), reason })
    throw rejection
  }

  async function current(session: Authenticated): Promise<Tokens> {
    const tokens = session.tokens()
    if (tokens === undefined)
      return end(session, new AppError('session_expired', { reason: 'no_tokens' }))
    if (isExpired(tokens, clock())) return await refreshes.wait(session)
    // Still valid: this request does not wait, and a later one uses the new token.
    if (isRefreshDue(tokens, clock())) refreshes.begin(session)
    return tokens
  }

  const get = async (session: Authenticated) => (await current(session)).accessToken

  async function getIdToken(session: Authenticated): Promise<string> {
    const tokens = await current(session)
    const isUsable = !isIdTokenExpired(tokens, clock())
    const { idToken } = isUsable ? tokens : await refreshes.wait(session, tokens.accessToken)
    if (idToken !== undefined) return idToken
    throw new AppError('upstream_error', { reason: 'no_id_token' })
  }

  async function newerThan(rejectedToken: string, session: Authenticated): Promise<string> {
    const { accessToken } = await refreshes.wait(session, rejectedToken)
    if (accessToken !== rejectedToken) return accessToken
    // That refresh may have started before the API rejected the token.
    return (await refreshes.wait(session, rejectedToken)).accessToken
  }

  async function replaceOnce(key: string, rejectedToken: string, getNewer: () => Promise<string>) {
    if (replacements.get(key) === rejectedToken) return rejectedToken
    const newer = await getNewer()
    replacements.set(key, newer)
    const rest = Math.min(replaceInterval, lifetimeOf(newer))
    setTimeout(() => replacements.delete(key), rest).unref()
    return newer
  }

  async function tryCall<T>(
    session: Authenticated,
    call: (accessToken: string) => Promise<T>,
    accessToken: string
  ): Promise<{ rejection?: never; answer: T } | { rejection: AppError }> {
    try {
      return { answer: await call(accessToken) }
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'session_expired') throw error
      if (error.reason?.startsWith('access_token_')) return { rejection: error }
      // The user was deleted or disabled, or must reset the password: no refresh would help.
      return end(session, error)
    }
  }

  return {
    get,
    getIdToken,
    async use(session, call) {
      const accessToken = await get(session)
      const first = await tryCall(session, call, accessToken)
      if (!first.rejection) return first.answer
      const second = await tryCall(session, call, await newerThan(accessToken, session))
      if (!second.rejection) return second.answer
      // The refresh token was valid a moment ago: the session has not ended.
      throw new AppError('cognito_unavailable', {
        reason: 'new_token_refused',
        cause: second.rejection
      })
    },
    replace: (session, rejectedToken) =>
      replaceOnce(session.id, rejectedToken, () => newerThan(rejectedToken, session)),
    replaceIdToken: (session, rejectedToken) =>
      replaceOnce(`${session.id} id`, rejectedToken, async () => {
        const first = await refreshes.wait(session, session.tokens()?.accessToken)
        if (first.idToken !== rejectedToken) return first.idToken ?? rejectedToken
        // As in newerThan: that refresh may have started before.
        return (await refreshes.wait(session, first.accessToken)).idToken ?? rejectedToken
      }),
    settled: limit => refreshes.settled(limit)
  }
}

/** The refreshes of this process: one at a time for each session, shared by all requests that need it. */
export interface Refreshes {
  /** Resolves to new tokens. Rejects as soon as storing them is delayed; the storing goes on. */
  wait(session: Authenticated, rejectedToken?: string): Promise<Tokens>
  /** Starts a refresh that no request waits for, unless one has just failed. */
  begin(session: Authenticated): void
  /** Resolves when none is running, or after `limit` ms. */
  settled(limit: number): Promise<void>
}

/** @param retryAfter see AccessTokensOptions */
export function createRefreshes(options: RefreshOptions, retryAfter: number): Refreshes {
  // By session id: a promise must never be shared between sessions.
  const running = new Map<string, Promise<Tokens>>()
  const unfinished = new Set<Promise<unknown>>()
  const coolingDown = new Set<string>()

  function start(session: Authenticated, rejectedToken: string | undefined): Promise<Tokens> {
    const result = new Promise<Tokens>((resolve, reject) => {
      const work = refreshUnderLease(options, session, {
        rejectedToken,
        onDelayed: reject
      })
        .then(resolve, reject)
        .finally(() => {
          running.delete(session.id)
          unfinished.delete(work)
        })
      unfinished.add(work)
    })
    running.set(session.id, result)
    result.catch((error: unknown) => {
      coolDown(session, error)
      if (!isEndOfSession(error)) options.report('refresh.failed', failureOf(session, error))
    })
    return result
  }

  function wait(session: Authenticated, rejectedToken?: string): Promise<Tokens> {
    const existing = running.get(session.id)
    if (existing === undefined) return start(session, rejectedToken)
    options.recordMetric?.({ name: 'shared' })
    return existing
  }

  function begin(session: Authenticated): void {
    if (coolingDown.has(session.id) || running.has(session.id)) return
    start(session, undefined).catch(() => undefined)
  }

  /**
   * After a failure no refresh is started without a request for a while: Cognito may be throttling. But where its
   * response was lost, it may have rotated the refresh token. It accepts the old one for a short grace period only, in
   * which the user may send no request: so the refresh is retried once.
   */
  function coolDown(session: Authenticated, error: unknown): void {
    if (coolingDown.has(session.id)) return
    coolingDown.add(session.id)
    setTimeout(() => coolingDown.delete(session.id), 5 * retryAfter).unref()
    if (isResponseLost(error)) {
      setTimeout(() => {
        if (running.has(session.id)) return
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
      await Promise.race([Promise.allSettled(unfinished), tooLate])
      over.abort()
    }
  }
}

/** A log-out during the refresh is not a failure. */
function isEndOfSession(error: unknown): boolean {
  return error instanceof AppError && error.reason === 'ended_meanwhile'
}

function failureOf(session: Authenticated, error: unknown) {
  if (!(error instanceof AppError))
    return { ...sessionFields(session), reason: 'unexpected', error }
  return { ...sessionFields(session), reason: error.reason ?? error.code, code: error.code, error }
}

/**
 * Reasons after which Cognito may have rotated the refresh token: no response arrived, or a proxy replaced it; or its
 * ID token is signed with a new key of the pool that could not be fetched.
 */
const responseLostReasons = new Set([
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

function isResponseLost(error: unknown): boolean {
  return error instanceof AppError && responseLostReasons.has(error.reason ?? '')
}
