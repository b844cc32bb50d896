/** The refreshes of this process: one at a time for each session, shared by all who need it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { about } from './events.ts'
import type { Tokens } from './identity-provider.ts'
import { type RefreshOptions, refreshUnderLease } from './refresh.ts'
import type { Authenticated } from './session.ts'

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
  if (!(error instanceof AppError)) return { ...about(session), reason: 'unexpected', error }
  return { ...about(session), reason: error.reason ?? error.code, code: error.code, error }
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
