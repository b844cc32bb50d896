/** Transparent refresh: hands out access tokens that are good, and says when a session has to end. */
import { AppError } from '../errors.ts'
import { isDead, isDue, lifetimeOf } from './access-token-claims.ts'
import { about } from './events.ts'
import type { RefreshOptions } from './refresh.ts'
import { createRefreshes } from './refreshes.ts'
import type { Authenticated } from './session.ts'

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

  async function end(session: Authenticated, verdict: AppError): Promise<never> {
    await sessions.destroy(session)
    // What does not open is no word of Cognito's: the store has reported it (session_unreadable).
    const { reason = 'refused' } = verdict
    if (reason !== 'no_tokens') report('session.ended', { ...about(session), reason })
    throw verdict
  }

  async function get(session: Authenticated): Promise<string> {
    const tokens = session.tokens()
    if (tokens === undefined)
      return end(session, new AppError('session_expired', { reason: 'no_tokens' }))
    if (isDead(tokens, clock())) return (await refreshes.wait(session)).accessToken
    // Still good: this request does not wait, the next one finds the new token.
    if (isDue(tokens, clock())) refreshes.begin(session)
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
