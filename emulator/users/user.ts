/** One account of the pool. */

import { randomBytes } from 'node:crypto'
import { poolName } from '../settings.ts'
import { toBigInt } from '../srp/group.ts'
import { makeVerifier, type Verifier } from '../srp/proof.ts'
import { type Factors, noFactors } from './factors.ts'
import type { Passkey } from './passkey.ts'

export type UserStatus = 'UNCONFIRMED' | 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD' | 'RESET_REQUIRED'

export interface User {
  /** Also the username: this pool signs in by email address and names its users itself. */
  readonly sub: string
  readonly attributes: Map<string, string>
  readonly groups: readonly string[]
  readonly createdAt: number
  readonly factors: Factors
  readonly passkeys: Passkey[]
  /** Of a registration that has begun. */
  passkeyChallenge: string | undefined
  /** New values that wait for verification before they replace the old ones. */
  readonly pending: Map<string, string>
  modifiedAt: number
  status: UserStatus
  enabled: boolean
  secret: Verifier
  /** Newest first. */
  formerSecrets: readonly Verifier[]
  passwordSetAt: number
}

export interface NewUser {
  readonly password: string
  readonly status: UserStatus
  readonly attributes: Iterable<readonly [name: string, value: string]>
  readonly groups?: readonly string[]
  readonly enabled?: boolean
  readonly now: number
}

export function makeUser({ password, status, attributes, groups, enabled, now }: NewUser): User {
  const sub = uuidShaped(randomBytes(16))
  return {
    sub,
    attributes: new Map(attributes),
    groups: groups ?? [],
    createdAt: now,
    factors: noFactors(),
    passkeys: [],
    passkeyChallenge: undefined,
    pending: new Map(),
    modifiedAt: now,
    status,
    enabled: enabled ?? true,
    secret: makeSecret(sub, password),
    formerSecrets: [],
    passwordSetAt: now
  }
}

/** What is kept of a password. Costs one modPow (about 0.6 ms). */
export function makeSecret(sub: string, password: string): Verifier {
  return makeVerifier(toBigInt(randomBytes(16)), identityOf(sub), password)
}

/** The identity inside the SRP hashes. */
export function identityOf(sub: string): string {
  return poolName + sub
}

/** Cognito's ids look like UUIDs and are none (RFC 9562 version bits): clients must not check. */
export function uuidShaped(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  const cuts = [0, 8, 12, 16, 20, 32]
  return cuts
    .slice(1)
    .map((end, at) => hex.slice(cuts[at], end))
    .join('-')
}
