/** Stores what a refresh has brought, whatever happens to the lease or to Redis meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { SignedIn, Tokens } from './ports.ts'
import type { Hold, RefreshOptions, RefreshRequest } from './refresh.ts'
import { about } from './report.ts'
import { revokeTwice } from './revoke.ts'
import { type Authenticated, isAuthenticated } from './session.ts'

export interface Unsaved {
  /** As it was read before Cognito was asked. */
  readonly session: Authenticated
  readonly old: Tokens
  readonly fresh: SignedIn
  readonly hold: Hold
  readonly delayed: RefreshRequest['delayed']
}

/**
 * Once Cognito has rotated the refresh token, the only copy of the new one is in this process. A lease that
 * ran out is taken anew, and where the store does not answer it is asked again and again, as long as
 * Cognito may still be honouring the old token and a little more. Nobody is kept waiting for that: `delayed`.
 * @throws AppError `session_expired` where the session has ended, the new tokens revoked; `store_unavailable`.
 */
export async function saveTokens(options: RefreshOptions, unsaved: Unsaved): Promise<Tokens> {
  const { report, savePatience = 60_000 } = options
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
      if (isFirst) report('refresh.delayed', { ...about(session), error })
      unsaved.delayed(error)
    }
    await sleep(50 + Math.random() * 100)
  }
}

/** Null once the record holds these tokens or newer ones; else the session as it is now, to try again. */
async function write(options: RefreshOptions, unsaved: Unsaved): Promise<Authenticated | null> {
  const { sessions, report, leaseTtl = 3000 } = options
  const { session, old, fresh, hold } = unsaved
  if (hold.lease) {
    const outcome = await sessions.replaceTokens(session, fresh.tokens, fresh.user, hold.lease)
    if (outcome === 'written') report('refresh.succeeded', about(session))
    if (outcome === 'written') return null
  }
  // Our lease has run out, somebody else has written, the session has ended, or an earlier try of ours
  // did arrive although the store did not say so.
  const now = await sessions.read(session.id)
  if (!now || !isAuthenticated(now)) return abandon(options, unsaved)
  const stored = now.tokens()?.accessToken
  if (stored === old.accessToken) {
    hold.lease = await sessions.acquireLease(now, leaseTtl)
    return now
  }
  const isOurs = stored === fresh.tokens.accessToken
  report(isOurs ? 'refresh.succeeded' : 'refresh.superseded', about(session))
  return null
}

/** A session that ended meanwhile leaves no living tokens behind. */
async function abandon(options: RefreshOptions, { session, fresh }: Unsaved): Promise<never> {
  await revokeTwice(options, about(session), fresh.tokens.refreshToken)
  throw new AppError('session_expired', { reason: 'ended_meanwhile' })
}

const unsavable = () => new AppError('store_unavailable', { reason: 'tokens_not_stored' })
