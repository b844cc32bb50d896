/** What becomes of the sign-up that a browser has begun. */
import { pendingSession } from './new-session.ts'
import { ownSignUp } from './own-sign-up.ts'
import type { LoadedSession, SessionStore, SignUpMark, WriteOutcome } from './session.ts'

/**
 * Remembers what has become of this browser's sign-up, or the sign-up of `email` as it was, for as long as a code lives
 * that was sent `now`. Where the session holds none, has ended, or was written meanwhile, there is nothing to remember,
 * or something newer.
 */
export async function keepSignUp(
  store: Pick<SessionStore, 'update'>,
  held: LoadedSession | undefined,
  become: SignUpMark | { readonly email: string },
  now: number
): Promise<WriteOutcome> {
  if (held?.data.kind !== 'pending') return 'gone'
  const before = ownSignUp(become.email, held.data.signUp)
  if (!before) return 'gone'
  const { challenge } = held.data
  const signUp = { ...before, ...become }
  return await store.update(held, pendingSession(now, { signUp, ...(challenge && { challenge }) }))
}
