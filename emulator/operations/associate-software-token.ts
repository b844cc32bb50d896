/** AssociateSoftwareToken: a secret for an authenticator, not yet in use. */

import { refusal } from '../errors.ts'
import { session, token } from '../input/fields.ts'
import { optional } from '../input/shape.ts'
import type { Pool } from '../pool.ts'
import { openSession } from '../sign-in/ask.ts'
import { userOf } from '../tokens/access-token.ts'
import { makeTotpSecret } from '../users/totp.ts'
import { operation } from './operation.ts'

const fields = { AccessToken: optional(token), Session: optional(session) }

export const associateSoftwareToken = operation(fields, (pool, input) => {
  if (pool.settings.mfa === 'off') throw refusal('totpOff')
  if (input.AccessToken !== undefined && input.Session !== undefined) {
    throw refusal('oneCredential')
  }
  const secret = makeTotpSecret()
  if (input.AccessToken === undefined) return within(pool, input.Session, secret)
  userOf(pool, input.AccessToken).factors.pendingTotp = secret
  return { SecretCode: secret }
})

/** On the way through MFA_SETUP: the next session remembers the secret. */
function within(pool: Pool, handle: string | undefined, secret: string): object {
  const { sub, step } = pool.sessions.read(handle, pool.clock.now())
  if (step.kind !== 'setup' && step.kind !== 'setup-verify') throw refusal('sessionInvalid')
  pool.sessions.spend(handle)
  return { SecretCode: secret, Session: openSession(pool, sub, { kind: 'setup-verify', secret }) }
}
