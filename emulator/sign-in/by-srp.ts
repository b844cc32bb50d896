/** USER_SRP_AUTH: a proof of the password, in two steps. */

import { timingSafeEqual } from 'node:crypto'
import { refusal } from '../errors.ts'
import type { Pool } from '../pool.ts'
import { mod } from '../srp/group.ts'
import type { Handshake } from '../srp/handshakes.ts'
import { claim, premaster, scrambler, sessionKey } from '../srp/proof.ts'
import { parseTimestamp, renderTimestamp } from '../srp/timestamp.ts'
import { trigger } from '../triggers.ts'
import { identityOf } from '../users/user.ts'
import { admit, findCandidate, refuseEarly } from './admission.ts'
import { checkClientHash } from './client.ts'
import { afterPassword, type SignInReply } from './complete.ts'
import { needed, type Parameters } from './parameters.ts'

/** The first step: exchanges public values. The reply carries no Session. */
export function beginSrp(pool: Pool, client: string, parameters: Parameters) {
  const username = needed(parameters, 'USERNAME')
  const A = readPublicValue(needed(parameters, 'SRP_A'))
  checkClientHash(pool, client, username, parameters.SECRET_HASH)
  const { user, account } = findCandidate(pool, username)
  if (pool.settings.preAuthenticationRuns === 'initiate') {
    trigger(pool, 'PreAuthentication', user ?? username)
  }
  if (pool.settings.srpReportsAt === 'initiate') refuseEarly(pool, user, account.id)
  const begun = pool.handshakes.begin(account.id, A, account.secret, pool.clock.now())
  if (begun.u === 0n) throw refusal('srpAInvalid')
  return {
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeParameters: {
      SALT: account.secret.salt.toString(16),
      SECRET_BLOCK: begun.secretBlock,
      SRP_B: begun.B.toString(16),
      USERNAME: account.id,
      USER_ID_FOR_SRP: account.id
    }
  }
}

/** The second step: PASSWORD_VERIFIER. */
export function finishSrp(pool: Pool, client: string, responses: Parameters): SignInReply {
  const username = needed(responses, 'USERNAME')
  const secretBlock = needed(responses, 'PASSWORD_CLAIM_SECRET_BLOCK')
  const signature = Buffer.from(needed(responses, 'PASSWORD_CLAIM_SIGNATURE'), 'base64')
  const at = parseTimestamp(needed(responses, 'TIMESTAMP'))
  if (at === undefined) throw refusal('timestampFormat')
  checkClientHash(pool, client, username, responses.SECRET_HASH)
  const handshake = pool.handshakes.take(
    secretBlock,
    pool.clock.now(),
    pool.settings.secretBlockSingleUse
  )
  const user = pool.users.find(username)
  if (handshake === undefined) throw refusal('wrongPassword')
  if ((user?.sub ?? pool.simulation.id(username)) !== handshake.userId) {
    throw refusal('wrongPassword')
  }
  const isRight = () => isProof(pool, handshake, secretBlock, at, signature)
  const { preAuthenticationRuns: runs } = pool.settings
  if (runs === 'before_proof') trigger(pool, 'PreAuthentication', user ?? '')
  const admitted = admit(pool, user, handshake.userId, isRight)
  if (runs === 'after_proof') trigger(pool, 'PreAuthentication', admitted)
  return afterPassword(pool, admitted)
}

/** A multiple of N would make the shared secret zero for any password (RFC 5054 section 2.5.4). */
function readPublicValue(hex: string): bigint {
  const A = /^[0-9a-fA-F]{1,1000}$/.test(hex) ? BigInt(`0x${hex}`) : 0n
  if (mod(A) === 0n) throw refusal('srpAInvalid')
  return A
}

function isProof(
  pool: Pool,
  { userId, A, B, b, verifier }: Handshake,
  secretBlock: string,
  at: number,
  signature: Buffer
): boolean {
  const u = scrambler(A, B)
  const key = sessionKey(premaster(A, verifier, u, b), u)
  const block = Buffer.from(secretBlock, 'base64')
  const expected = claim(key, identityOf(userId), block, renderTimestamp(at))
  return (
    signature.length === expected.length &&
    timingSafeEqual(signature, expected) &&
    isTimely(pool, at)
  )
}

/** By the pool's clock, or by the clock before it was moved: clients elsewhere did not move. */
function isTimely({ clock, settings }: Pool, at: number): boolean {
  const off = [clock.now(), clock.unmoved()].map(now => Math.abs(now - at))
  return Math.min(...off) <= settings.timestampSkewSeconds * 1000
}
