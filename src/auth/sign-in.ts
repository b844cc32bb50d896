/** Signing in: a password proof becomes a session, or a challenge that has to be answered first. */
import { randomBytes } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { IdentityProvider, SignedIn, User } from './ports.ts'
import type { AuthenticatedSession } from './session.ts'

/**
 * Checks a password.
 * @throws AppError `invalid_credentials` and the other refusals of the catalogue;
 * `challenge_unsupported` where the pool asks for a further step.
 */
export async function signIn(
  identity: Pick<IdentityProvider, 'signIn'>,
  credentials: { email: string; password: string }
): Promise<SignedIn> {
  const step = await identity.signIn(credentials)
  if (step.kind === 'signed_in') return step
  throw new AppError('challenge_unsupported', { reason: step.name })
}

/** The session of somebody who has just proved who they are. Instants in ms. */
export function newSession(user: User, now: number, absoluteSeconds: number): AuthenticatedSession {
  return {
    kind: 'authenticated',
    handle: randomBytes(16).toString('base64url'),
    user,
    createdAt: now,
    expiresAt: now + absoluteSeconds * 1000,
    authenticatedAt: now
  }
}
