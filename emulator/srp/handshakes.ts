/** The password proofs under way: what was sent with PASSWORD_VERIFIER and is awaited back. */

import { randomBytes } from 'node:crypto'
import { toBigInt } from './group.ts'
import { scrambler, serverPublic, type Verifier } from './proof.ts'

export interface Handshake {
  /** The username half of the identity: the user's `sub`, or a simulated one. */
  readonly userId: string
  readonly A: bigint
  readonly B: bigint
  readonly b: bigint
  readonly verifier: bigint
  readonly expiresAt: number
}

/** As long as a login challenge lives. */
const lifeMs = 3 * 60_000
const secretBlockBytes = 1000

export class Handshakes {
  readonly #open = new Map<string, Handshake>()

  /**
   * Begins a proof. RFC 5054 asks for at least 256 random bits in b.
   * @returns the public value and the opaque handle to answer with
   */
  begin(userId: string, A: bigint, secret: Verifier, now: number) {
    this.#forgetExpired(now)
    const b = toBigInt(randomBytes(32))
    const B = serverPublic(b, secret.verifier)
    const secretBlock = randomBytes(secretBlockBytes).toString('base64')
    const expiresAt = now + lifeMs
    this.#open.set(secretBlock, { userId, A, B, b, verifier: secret.verifier, expiresAt })
    return { B, secretBlock, u: scrambler(A, B) }
  }

  /** The handshake of a secret block; with `once`, a block that was answered is spent. */
  take(secretBlock: string, now: number, once: boolean): Handshake | undefined {
    const found = this.#open.get(secretBlock)
    if (once) this.#open.delete(secretBlock)
    return found !== undefined && found.expiresAt > now ? found : undefined
  }

  /** Insertion order is expiry order, so the expired ones come first. */
  #forgetExpired(now: number): void {
    for (const [secretBlock, handshake] of this.#open) {
      if (handshake.expiresAt > now) return
      this.#open.delete(secretBlock)
    }
  }
}
