/** StartWebAuthnRegistration: what a browser needs to make a passkey. A later call replaces the challenge. */

import { token } from '../input/fields.ts'
import { creationOptions, makeChallenge } from '../passkeys/options.ts'
import { userOf } from '../tokens/access-token.ts'
import { operation } from './operation.ts'

export const startWebAuthnRegistration = operation({ AccessToken: token }, (pool, input) => {
  const user = userOf(pool, input.AccessToken)
  const challenge = makeChallenge()
  const CredentialCreationOptions = creationOptions(pool, user, challenge)
  user.passkeyChallenge = challenge
  return { CredentialCreationOptions }
})
