/** Writes what is left of a login into the session that its browser has. */

import type { Clock } from './identity-provider.ts'
import { pendingSession } from './new-session.ts'
import type {
  LoadedSession,
  PendingChallenge,
  SessionData,
  SessionStore,
  WriteOutcome
} from './session.ts'

/**
 * `stale` where another answer was faster. A session of a signed-in user may be written by others, its refresh for
 * one: then it is read and written once more, if the login in it is still where it was.
 */
export async function keepChallenge(
  sessions: Pick<SessionStore, 'read' | 'update'>,
  held: LoadedSession,
  challenge: PendingChallenge | undefined,
  clock: Clock = Date.now
): Promise<WriteOutcome> {
  const before = held.data.challenge
  const outcome = await sessions.update(held, withChallenge(held.data, challenge, clock()))
  if (outcome !== 'stale' || held.data.kind === 'pending') return outcome
  const fresh = await sessions.read(held.id)
  if (!fresh) return 'gone'
  const { challenge: now } = fresh.data
  const isSame = now?.issued.session === before?.issued.session
  if (!isSame || now?.triesLeft !== before?.triesLeft) return 'stale'
  return sessions.update(fresh, withChallenge(fresh.data, challenge, clock()))
}

function withChallenge(
  data: SessionData,
  challenge: PendingChallenge | undefined,
  now: number
): SessionData {
  if (data.kind === 'pending') {
    const { signUp } = data
    return pendingSession(now, { ...(signUp && { signUp }), ...(challenge && { challenge }) })
  }
  const { challenge: _, ...rest } = data
  return { ...rest, ...(challenge && { challenge }) }
}
