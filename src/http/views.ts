/** A challenge as the client may see it. */
import type { Static } from '@sinclair/typebox'
import { ourName } from '../auth/attributes.ts'
import type { ChallengeView } from '../auth/challenge.ts'
import { otpauthUri } from '../auth/mfa.ts'
import type { Challenge } from './login-schemas.ts'

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
