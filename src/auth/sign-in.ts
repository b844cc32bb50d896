/** Signing in: a password proof becomes a session, or a challenge that has to be answered first. */
import { randomBytes } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { IdentityProvider, SignedIn, User } from './ports.ts'
import type { Report } from './report.ts'
import type { AuthenticatedSession } from './session.ts'

export interface SignIn {
  /**
   * Checks a password.
   * @throws AppError `invalid_credentials` and the other refusals of the catalogue;
   * `challenge_unsupported` where the pool asks for a further step.
   */
  withPassword(credentials: { email: string; password: string }): Promise<SignedIn>
}

export interface SignInOptions {
  readonly identity: Pick<IdentityProvider, 'signIn'>
  readonly report: Report
}

export function createSignIn({ identity, report }: SignInOptions): SignIn {
  return {
    async withPassword(credentials) {
      try {
        const step = await identity.signIn(credentials)
        if (step.kind === 'signed_in') return step
        throw new AppError('challenge_unsupported', { reason: step.name })
      } catch (error) {
        report('login.failed', { reason: error instanceof AppError ? error.code : 'unexpected' })
        throw error
      }
    }
  }
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
