/** The codes that wait for an answer. */

import { randomInt, timingSafeEqual } from 'node:crypto'
import { refusal } from '../errors.ts'

interface Pending {
  readonly code: string
  readonly expiresAt: number
  /** The attribute the code proves. */
  readonly attribute: string
  /** The address or number it went to. */
  readonly sentTo: string
}

export class Codes {
  readonly #pending = new Map<string, Pending>()

  /** Makes the code of a purpose; an older one of the same purpose is void from then on. */
  make(key: string, attribute: string, sentTo: string, expiresAt: number): string {
    const code = String(randomInt(1_000_000)).padStart(6, '0')
    this.#pending.set(key, { code, expiresAt, attribute, sentTo })
    return code
  }

  /**
   * Checks a code without using it up.
   * @throws CognitoError ExpiredCodeException (expired, or never sent), CodeMismatchException
   */
  check(key: string, code: string, now: number): Pending {
    const pending = this.#pending.get(key)
    if (pending === undefined || pending.expiresAt <= now) throw refusal('codeExpired')
    if (!equal(pending.code, code)) throw refusal('codeMismatch')
    return pending
  }

  /** A code is good once. */
  spend(key: string): void {
    this.#pending.delete(key)
  }
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
