/** Secrets beside the sessions, for naming what is counted or remembered about people. */

import { hkdfSync } from 'node:crypto'

/**
 * 32 bytes that all instances share, other ones for each purpose. Of the oldest of SESSION_KEYS, so that what
 * is counted outlives a rotation.
 */
export function lastingSecret(sessionKeys: readonly Buffer[], purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', sessionKeys.at(-1) ?? '', '', purpose, 32))
}
