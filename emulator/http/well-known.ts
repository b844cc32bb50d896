/** The documents that tokens are verified with. */

import { issuer, userPoolId } from '../settings.ts'
import { jwks, type SigningKeys } from '../tokens/keys.ts'

/**
 * The published document at a path, if there is one. The issuer is the real one, as in every
 * token; the key set is where it can be fetched: here.
 */
export function wellKnown(path: string, origin: string, keys: SigningKeys): object | undefined {
  const base = `/${userPoolId}/.well-known`
  if (path === `${base}/jwks.json`) return jwks(keys)
  if (path !== `${base}/openid-configuration`) return undefined
  return {
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${origin}${base}/jwks.json`,
    response_types_supported: ['code', 'token'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public']
  }
}
