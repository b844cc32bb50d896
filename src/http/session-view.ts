/** A session as the client may see it. */
import type { Static } from '@sinclair/typebox'
import type { Authenticated } from '../auth/session.ts'
import type { ActiveSession } from './schemas.ts'

export function sessionView(session: Authenticated): Static<typeof ActiveSession> {
  const { user, createdAt, expiresAt, authenticatedAt } = session.data
  return {
    authenticated: true,
    user: { ...user, groups: [...user.groups] },
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    idleExpiresAt: new Date(Math.min(session.idleExpiresAt, expiresAt)).toISOString(),
    authenticatedAt: new Date(authenticatedAt).toISOString()
  }
}
