/** Stand-ins for users that do not exist, so that asking does not tell whether they do. */

import { createHmac, randomBytes } from 'node:crypto'
import { mod, toBigInt } from '../srp/group.ts'
import type { Verifier } from '../srp/proof.ts'
import { uuidShaped } from './user.ts'

/** Whoever tries to sign in: a user, or what is shown in place of one. */
export interface Account {
  readonly id: string
  readonly secret: Verifier
}

const idShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export class Simulation {
  readonly #key = randomBytes(32)
  #recoveries = 0

  /**
   * The same name always gets the same id and salt, as Cognito does. The verifier is a number of
   * the right size that belongs to no password, so that answering costs the same work and fails.
   */
  account(username: string): Account {
    const id = this.id(username)
    const salt = toBigInt(this.#derive('salt', id).subarray(0, 16))
    const wide = Array.from({ length: 13 }, (_, at) => this.#derive(`verifier ${at}`, id))
    return { id, secret: { salt, verifier: mod(toBigInt(Buffer.concat(wide))) } }
  }

  /** The id shown for a name; a name that is an id already stays itself, as for real users. */
  id(username: string): string {
    const name = username.toLowerCase()
    if (idShape.test(name)) return name
    return uuidShaped(this.#derive('id', name).subarray(0, 16))
  }

  /** Every second time, where recovery alternates between a delivery and an error. */
  refusesRecovery(): boolean {
    this.#recoveries += 1
    return this.#recoveries % 2 === 0
  }

  #derive(purpose: string, name: string): Buffer {
    return createHmac('sha256', this.#key).update(`${purpose}\n${name}`).digest()
  }
}
