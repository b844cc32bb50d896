/** A challenge as the client may see it. */
import type { Static } from '@sinclair/typebox'
import { ourName } from '../auth/attributes.ts'
import type { ChallengeView } from '../auth/challenge.ts'
import { otpauthUri } from '../auth/mfa.ts'
import type { Authenticated } from '../auth/session.ts'
import type { ActiveSession, Challenge } from './schemas.ts'

export function challengeView(
  { name, delivery, choices, requiredAttributes, secret, expiresAt }: ChallengeView,
  { issuer, account }: { issuer: string; account: string }
): Static<typeof Challenge> {
  return {
    name,
    ...(delivery && { delivery }),
    ...(choices && { choices: [...choices] }),
    ...(requiredAttributes && { requiredAttributes: requiredAttributes.map(ourName) }),
    ...(secret !== undefined && { secret, otpauthUri: otpauthUri(issuer, account, secret) }),
    expiresAt: new Date(expiresAt).toISOString()
  }
}

// A session as the client may see it.

export function sessionView(session: Authenticated): Static<typeof ActiveSession> {
  const { user, createdAt, expiresAt, authenticatedAt } = session.data
  return {
    authenticated: true,
    user: { ...user, groups: [...user.groups] },
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    idleExpiresAt: new Date(Math.min(session.idleExpiresAt, expiresAt)).toISOString(),
    authenticatedAt: new Date(authenticatedAt).toISOString(),
    // There is no other way to log in yet.
    method: 'password',
    provider: null,
    bound: false
  }
}
