/** CompleteWebAuthnRegistration: the passkey that a browser has made. */

import { refusal } from '../errors.ts'
import { token } from '../input/fields.ts'
import { document } from '../input/shape.ts'
import { mostPasskeys, relyingPartyOf } from '../passkeys/options.ts'
import { verifyRegistration } from '../passkeys/verify.ts'
import { userOf } from '../tokens/access-token.ts'
import { operation } from './operation.ts'

const fields = { AccessToken: token, Credential: document() }

export const completeWebAuthnRegistration = operation(fields, async (pool, input) => {
  const user = userOf(pool, input.AccessToken)
  relyingPartyOf(pool.settings)
  const challenge = user.passkeyChallenge
  if (challenge === undefined) throw refusal('passkeyChallengeUnknown')
  const now = pool.clock.now()
  const passkey = await verifyRegistration(pool.settings, input.Credential, challenge, now)
  // The challenge is good once, and only while no later registration has begun.
  if (user.passkeyChallenge !== challenge) throw refusal('passkeyChallengeUnknown')
  user.passkeyChallenge = undefined
  if (user.passkeys.some(({ id }) => id === passkey.id)) throw refusal('credentialInvalid')
  if (user.passkeys.length >= mostPasskeys) throw refusal('tooManyPasskeys')
  user.passkeys.push(passkey)
  return {}
})
