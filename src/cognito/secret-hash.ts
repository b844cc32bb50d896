/** SECRET_HASH, by which a confidential client proves itself in calls that name a user. */

import { createHmac } from 'node:crypto'

/**
 * base64(HMAC-SHA256(client secret, username + client id)), as Cognito's developer guide defines it.
 * The username is the one that stands in the same request: what was typed in a first call,
 * USER_ID_FOR_SRP in the answer to a challenge.
 */
export function secretHash(username: string, clientId: string, clientSecret: string): string {
  return createHmac('sha256', clientSecret)
    .update(username + clientId)
    .digest('base64')
}
