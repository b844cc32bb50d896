/** RevokeToken: ends one sign-in, its refresh tokens and its access tokens. */

import { refusal } from '../errors.ts'
import { clientIdField, clientSecret, token } from '../input/fields.ts'
import { optional } from '../input/shape.ts'
import { clientId } from '../settings.ts'
import { isClientSecret } from '../sign-in/client.ts'
import { readJwt } from '../tokens/jwt.ts'
import { operation } from './operation.ts'

const fields = {
  Token: token,
  ClientId: clientIdField,
  ClientSecret: optional(clientSecret)
}

/** A token that is unknown or revoked already is a success (RFC 7009 section 2.2). */
export const revokeToken = operation(fields, (pool, input) => {
  const isClient = input.ClientId === clientId && isClientSecret(pool, input.ClientSecret)
  if (!isClient) throw refusal('revokeUnauthorized')
  if (readJwt(input.Token) !== undefined) throw refusal('revokeTokenType')
  pool.grants.revoke(input.Token, pool.settings.revokingRetiredEndsFamily)
  return {}
})
