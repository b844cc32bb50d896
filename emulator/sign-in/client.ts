/** The app client: that it is ours, and that a confidential one proves its secret. */

import { createHmac, timingSafeEqual } from 'node:crypto'
import { refusal } from '../errors.ts'
import type { Pool } from '../pool.ts'
import { clientId } from '../settings.ts'

/** @throws CognitoError ResourceNotFoundException */
export function checkClient(given: string): void {
  if (given !== clientId) throw refusal('clientUnknown', given)
}

/**
 * Checks `base64(HMAC-SHA256(secret, username + client id))`, made with the name as it was sent.
 * @throws CognitoError ResourceNotFoundException, NotAuthorizedException
 */
export function checkClientHash(
  pool: Pool,
  client: string,
  username: string,
  hash: string | undefined
): void {
  checkClient(client)
  const { clientSecret } = pool.settings
  if (clientSecret === null && hash === undefined) return
  if (clientSecret === null) throw refusal('secretHashWrong', client)
  if (hash === undefined) throw refusal('secretHashMissing', client)
  const expected = createHmac('sha256', clientSecret)
    .update(username + client)
    .digest('base64')
  if (!equal(expected, hash)) throw refusal('secretHashWrong', client)
}

/** Whether the secret itself, as refreshing and revoking send it, is the client's. */
export function isClientSecret(pool: Pool, given: string | undefined): boolean {
  const { clientSecret } = pool.settings
  if (clientSecret === null || given === undefined) return clientSecret === (given ?? null)
  return equal(clientSecret, given)
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
