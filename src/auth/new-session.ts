/** The data of new sessions. Instants in ms. */
import { randomBytes } from 'node:crypto'
import type { User } from './identity-provider.ts'
import type {
  AuthenticatedSession,
  PendingChallenge,
  PendingSession,
  SignUpMark
} from './session.ts'

/** The session of a user who has just proved who they are. `since`: when that login began. */
export function newSession(
  user: User,
  now: number,
  absoluteSeconds: number,
  since: number
): AuthenticatedSession {
  return {
    kind: 'authenticated',
    handle: newHandle(),
    user,
    createdAt: now,
    expiresAt: now + absoluteSeconds * 1000,
    authenticatedAt: now,
    since
  }
}

/** The same session under a name of its own, for a new id: its ends stay where they were. */
export function renewedSession(session: AuthenticatedSession): AuthenticatedSession {
  return { ...session, handle: newHandle() }
}

const newHandle = () => randomBytes(16).toString('base64url')

/** As long as a sign-up code of Cognito lives. */
const signUpLife = 24 * 3_600_000

/** What an anonymous browser has begun; a sign-up is remembered while its code may come. */
export function pendingSession(
  now: number,
  { signUp, challenge }: { signUp?: SignUpMark | undefined; challenge?: PendingChallenge }
): PendingSession {
  return {
    kind: 'pending',
    createdAt: now,
    expiresAt: signUp || !challenge ? now + signUpLife : challenge.expiresAt,
    ...(signUp && { signUp }),
    ...(challenge && { challenge })
  }
}
