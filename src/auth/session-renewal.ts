/**
 * Gives a session a new id after a change of privilege (ASVS 7.2.4). The refresh lease is held meanwhile: a refresh in
 * between would rotate the tokens, and leave the new record with invalid ones.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { Tokens } from './identity-provider.ts'
import { type Authenticated, authenticatedOf, type Lease, type SessionStore } from './session.ts'
import { endedMeanwhileError } from './shared-errors.ts'

type Sessions = Pick<SessionStore, 'find' | 'acquireLease' | 'releaseLease'>

/** Moves the tokens of a session to a new id. `unresolved`: see `Lease`. */
export type MoveTokens<T> = (
  newest: Authenticated,
  tokens: Tokens,
  unresolved: boolean
) => Promise<T>

/** In ms. */
const leaseTtl = 5000
const attempts = 100
const pause = 50

/**
 * Runs `move` with the newest state of the session and its tokens, while no other call can refresh them. Returns
 * undefined where another request of the same browser has given the session a new id meanwhile: then nothing is left
 * to do.
 * @throws AppError `session_expired` where the session has ended meanwhile, `cognito_unavailable` where a refresh of
 * it takes too long.
 */
export async function withRefreshLease<T>(
  sessions: Sessions,
  session: Authenticated,
  move: MoveTokens<T>
): Promise<T | undefined> {
  const lease = await waitForLease(sessions, session)
  if (lease === undefined) return undefined
  try {
    const found = await sessions.find(session.id)
    if (found.kind === 'replaced') return undefined
    const newest = authenticatedOf(found)
    const tokens = newest?.tokens()
    if (newest && tokens) return await move(newest, tokens, lease.unresolved)
    throw endedMeanwhileError()
  } finally {
    // A lease that cannot be released expires.
    await sessions.releaseLease(session, lease, lease.unresolved).catch(() => undefined)
  }
}

/**
 * Marks the new session as having an unresolved refresh (see `Lease`). Never fails: without the mark, the next refresh
 * may take this service's own earlier use of the refresh token for a theft.
 */
export async function markUnresolved(sessions: Sessions, session: Authenticated): Promise<void> {
  try {
    const lease = await sessions.acquireLease(session, leaseTtl)
    if (lease) await sessions.releaseLease(session, lease, true)
  } catch {
    // The store has become unavailable after it has stored the session.
  }
}

/** Returns undefined where the session has another id meanwhile. */
async function waitForLease(
  sessions: Sessions,
  session: Authenticated
): Promise<Lease | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const lease = await sessions.acquireLease(session, leaseTtl)
    if (lease) return lease
    const { kind } = await sessions.find(session.id)
    if (kind === 'replaced') return undefined
    if (kind === 'ended') throw endedMeanwhileError()
    await sleep(pause)
  }
  throw new AppError('cognito_unavailable', { reason: 'lease_wait' })
}
