/** WEB_AUTHN: the assertion of a passkey. */

import { refusal } from '../../errors.ts'
import { usablePasskeys } from '../../passkeys/options.ts'
import { verifyAssertion } from '../../passkeys/verify.ts'
import type { Pool } from '../../pool.ts'
import { checkClientHash } from '../client.ts'
import { afterFactor, type SignInReply } from '../complete.ts'
import { needed, type Parameters } from '../parameters.ts'
import { expectStep } from '../sessions.ts'

/** @throws CognitoError NotAuthorizedException, WebAuthn*Exception */
export async function answerPasskey(
  pool: Pool,
  client: string,
  session: string | undefined,
  responses: Parameters
): Promise<SignInReply> {
  const username = needed(responses, 'USERNAME')
  checkClientHash(pool, client, username, responses.SECRET_HASH)
  const open = pool.sessions.read(session, pool.clock.now())
  const { challenge } = expectStep(open, 'passkey')
  const user = pool.users.find(username)
  if (user === undefined || user.sub !== open.sub) throw refusal('sessionInvalid')
  if (!user.enabled) throw refusal('userDisabled')
  const credential = parse(needed(responses, 'CREDENTIAL'))
  const passkey = usablePasskeys(pool, user).find(({ id }) => id === idOf(credential))
  if (passkey === undefined) throw refusal('passkeyRefused')
  const counter = await verifyAssertion(pool.settings, passkey, credential, challenge)
  // Another answer to the same challenge may have been checked meanwhile.
  pool.sessions.read(session, pool.clock.now())
  pool.sessions.spend(session)
  passkey.counter = counter
  return afterFactor(pool, user)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refusal('credentialInvalid')
  }
}

function idOf(credential: unknown): unknown {
  return typeof credential === 'object' && credential !== null && 'id' in credential
    ? credential.id
    : undefined
}
