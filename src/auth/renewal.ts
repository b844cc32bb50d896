/**
 * A new id for a living session, after a change of privilege (ASVS 7.2.4). The refresh lease is held
 * meanwhile: a refresh that rotated the tokens in between would leave the new record with dead ones.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { Tokens } from './ports.ts'
import { type Authenticated, isAuthenticated, type Lease, type SessionStore } from './session.ts'

type Sessions = Pick<SessionStore, 'read' | 'acquireLease' | 'releaseLease'>

const leaseTtl = 5000
const attempts = 100

/**
 * Runs `move` with the newest state of the session and its tokens, while nobody can refresh them.
 * @throws AppError `session_expired` where the session ended meanwhile, `store_unavailable` where the
 * lease cannot be had in time.
 */
export async function holdingTokens<T>(
  sessions: Sessions,
  session: Authenticated,
  move: (newest: Authenticated, tokens: Tokens) => Promise<T>
): Promise<T> {
  const lease = await takeLease(sessions, session)
  try {
    const newest = await sessions.read(session.id)
    const tokens = newest?.tokens()
    if (newest && tokens && isAuthenticated(newest)) return await move(newest, tokens)
    throw new AppError('session_expired', { reason: 'ended_meanwhile' })
  } finally {
    // The lease runs out by itself where it cannot be given back.
    await sessions.releaseLease(session, lease).catch(() => undefined)
  }
}

async function takeLease(sessions: Sessions, session: Authenticated): Promise<Lease> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const lease = await sessions.acquireLease(session, leaseTtl)
    if (lease) return lease
    await sleep(50)
  }
  throw new AppError('store_unavailable', { reason: 'lease_wait' })
}
