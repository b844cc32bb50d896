/** VerifySoftwareToken: the first code of an authenticator proves that it has the secret. */

import { refusal } from '../errors.ts'
import { session, token } from '../input/fields.ts'
import { optional, text } from '../input/shape.ts'
import type { Pool } from '../pool.ts'
import { openSession } from '../sign-in/ask.ts'
import { expectStep } from '../sign-in/sessions.ts'
import { userOf } from '../tokens/access-token.ts'
import { adoptTotp } from '../users/factors.ts'
import { matchingSteps } from '../users/totp.ts'
import { operation } from './operation.ts'

const fields = {
  UserCode: text({ min: 6, max: 6, pattern: /[0-9]+/ }),
  AccessToken: optional(token),
  Session: optional(session),
  FriendlyDeviceName: optional(text({ max: 131_072 }))
}

/** This step may be used again to sign in: only sign-ins count it. */
export const verifySoftwareToken = operation(fields, (pool, input) => {
  if (input.AccessToken !== undefined && input.Session !== undefined) {
    throw refusal('oneCredential')
  }
  if (input.AccessToken === undefined) return within(pool, input.Session, input.UserCode)
  const { factors } = userOf(pool, input.AccessToken)
  if (factors.pendingTotp === undefined) throw refusal('totpMissing')
  checkCode(pool, factors.pendingTotp, input.UserCode)
  adoptTotp(factors, factors.pendingTotp)
  return { Status: 'SUCCESS' }
})

/** On the way through MFA_SETUP; a wrong code leaves the session good. */
function within(pool: Pool, handle: string | undefined, code: string): object {
  const open = pool.sessions.read(handle, pool.clock.now())
  const { secret } = expectStep(open, 'setup-verify')
  checkCode(pool, secret, code)
  pool.sessions.spend(handle)
  const Session = openSession(pool, open.sub, { kind: 'setup-finish', secret })
  return { Status: 'SUCCESS', Session }
}

function checkCode({ clock, settings }: Pool, secret: string, code: string): void {
  const steps = matchingSteps(secret, code, clock.now(), settings.totpWindowSteps)
  if (steps.length === 0) throw refusal('totpSetupMismatch')
}
