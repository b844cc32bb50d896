/**
 * A new id for a living session, after a change of privilege (ASVS 7.2.4). The refresh lease is held
 * meanwhile: a refresh that rotated the tokens in between would leave the new record with dead ones.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { Tokens } from './identity-provider.ts'
import { type Authenticated, authenticatedOf, type Lease, type SessionStore } from './session.ts'
import { endedMeanwhile } from './shared-errors.ts'

type Sessions = Pick<SessionStore, 'find' | 'acquireLease' | 'releaseLease'>

/** Moves the tokens of a session. `unresolved`: see `Lease`. */
export type Move<T> = (newest: Authenticated, tokens: Tokens, unresolved: boolean) => Promise<T>

const leaseTtl = 5000
const attempts = 100

/**
 * Runs `move` with the newest state of the session and its tokens, while no other call can refresh them. Undefined where
 * another request of the same browser has given it a new id meanwhile: then there is nothing left to do.
 * @throws AppError `session_expired` where the session ended meanwhile, `cognito_unavailable` where a refresh of it
 * waits for Cognito for too long.
 */
export async function holdingTokens<T>(
  sessions: Sessions,
  session: Authenticated,
  move: Move<T>
): Promise<T | undefined> {
  const lease = await takeLease(sessions, session)
  if (lease === undefined) return undefined
  try {
    const found = await sessions.find(session.id)
    if (found.kind === 'replaced') return undefined
    const newest = authenticatedOf(found)
    const tokens = newest?.tokens()
    if (newest && tokens) return await move(newest, tokens, lease.unresolved)
    throw endedMeanwhile()
  } finally {
    // The lease runs out by itself where it cannot be given back.
    await sessions.releaseLease(session, lease, lease.unresolved).catch(() => undefined)
  }
}

/**
 * Marks an unresolved refresh at a session that its tokens have moved to. Never fails: without the mark the next
 * refresh may take our own earlier use of the refresh token for a theft.
 */
export async function markUnresolved(sessions: Sessions, session: Authenticated): Promise<void> {
  try {
    const lease = await sessions.acquireLease(session, leaseTtl)
    if (lease) await sessions.releaseLease(session, lease, true)
  } catch {
    // The store has just taken the session, and is away now.
  }
}

/** Undefined where the session has another id by now. */
async function takeLease(sessions: Sessions, session: Authenticated): Promise<Lease | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const lease = await sessions.acquireLease(session, leaseTtl)
    if (lease) return lease
    const { kind } = await sessions.find(session.id)
    if (kind === 'replaced') return undefined
    if (kind === 'ended') throw endedMeanwhile()
    await sleep(50)
  }
  throw new AppError('cognito_unavailable', { reason: 'lease_wait' })
}
