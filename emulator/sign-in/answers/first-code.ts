/** EMAIL_OTP and SMS_OTP as a first factor: the code that signs in without a password. */

import { timingSafeEqual } from 'node:crypto'
import { refusal } from '../../errors.ts'
import type { Pool } from '../../pool.ts'
import { checkClientHash } from '../client.ts'
import { afterFactor, type SignInReply } from '../complete.ts'
import { needed, type Parameters } from '../parameters.ts'
import { expectStep } from '../sessions.ts'

/**
 * A right code also proves the email or phone, and confirms an account that was not. A wrong one keeps the Session.
 * @throws CognitoError CodeMismatchException, NotAuthorizedException
 */
export function answerFirstCode(
  pool: Pool,
  client: string,
  session: string | undefined,
  responses: Parameters
): SignInReply {
  const username = needed(responses, 'USERNAME')
  checkClientHash(pool, client, username, responses.SECRET_HASH)
  const open = pool.sessions.read(session, pool.clock.now())
  const { factor, code } = expectStep(open, 'first-code')
  const user = pool.users.find(username)
  if ((user?.sub ?? pool.simulation.id(username)) !== open.sub) throw refusal('sessionInvalid')
  const given = Buffer.from(needed(responses, `${factor}_CODE`))
  const expected = Buffer.from(code)
  const isRight = given.length === expected.length && timingSafeEqual(given, expected)
  if (!isRight || user === undefined) throw refusal('smsCodeMismatch')
  if (!user.enabled) throw refusal('userDisabled')
  pool.sessions.spend(session)
  const attribute = factor === 'EMAIL_OTP' ? 'email' : 'phone_number'
  pool.users.write(user, [[`${attribute}_verified`, 'true']], pool.clock.now())
  if (user.status === 'UNCONFIRMED') user.status = 'CONFIRMED'
  return afterFactor(pool, user)
}

/** Whether a Session waits for such a code: EMAIL_OTP is also the name of a second factor. */
export function awaitsFirstCode(pool: Pool, session: string | undefined): boolean {
  return pool.sessions.peek(session)?.step.kind === 'first-code'
}
