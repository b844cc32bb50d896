/** The proof that answers PASSWORD_VERIFIER: a signature by the session key of SRP. */

import { createHmac } from 'node:crypto'

export interface ClaimInput {
  readonly key: Uint8Array
  readonly poolName: string
  readonly userId: string
  /** SECRET_BLOCK of the challenge, base64. */
  readonly secretBlock: string
  readonly timestamp: string
}

/** PASSWORD_CLAIM_SIGNATURE: the proof that the key is known. */
export function claimSignature(input: ClaimInput): string {
  return createHmac('sha256', input.key)
    .update(`${input.poolName}${input.userId}`, 'utf8')
    .update(Buffer.from(input.secretBlock, 'base64'))
    .update(input.timestamp, 'utf8')
    .digest('base64')
}

/**
 * TIMESTAMP of the claim, like `Mon Jun 5 07:00:09 UTC 2017`. Cognito signs its own rendering of the
 * instant, which has no zero before the day: `05` would be answered like a wrong password.
 *
 * @param now milliseconds since the epoch.
 */
export function claimTimestamp(now: number): string {
  const [weekday, day, month, year, time] = new Date(now).toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`
}
