/** Giving a user a new password. */

import { randomBytes } from 'node:crypto'
import { refusal } from '../errors.ts'
import type { Pool } from '../pool.ts'
import { makeVerifier, type Verifier } from '../srp/proof.ts'
import { checkPolicy } from './password-policy.ts'
import { identityOf, makeSecret, type User, type UserStatus } from './user.ts'

/** The longest a pool can be told to keep. */
const longestHistory = 24

/** Whether this is the account's password. Costs one modPow. */
export function isPassword(
  { id, secret }: { readonly id: string; readonly secret: Verifier },
  password: string
): boolean {
  return makeVerifier(secret.salt, identityOf(id), password).verifier === secret.verifier
}

/**
 * Checks a password that is to become a user's next one.
 * @throws CognitoError InvalidPasswordException, PasswordHistoryPolicyViolationException
 */
export function checkNewPassword(pool: Pool, user: User, password: string): void {
  checkPolicy(password)
  const { passwordHistorySize } = pool.settings
  const used = [user.secret, ...user.formerSecrets].slice(0, passwordHistorySize)
  if (used.some(secret => isPassword({ id: user.sub, secret }, password))) {
    throw refusal('passwordHistory')
  }
}

/** Tokens stay valid: no change of password revokes any. */
export function setPassword(pool: Pool, user: User, password: string, status: UserStatus): void {
  user.formerSecrets = [user.secret, ...user.formerSecrets].slice(0, longestHistory)
  user.secret = makeSecret(user.sub, password)
  user.passwordSetAt = pool.clock.now()
  user.modifiedAt = user.passwordSetAt
  user.status = status
}

/** A temporary password that the policy accepts. */
export function makeTemporaryPassword(): string {
  return `Aa1-${randomBytes(12).toString('base64url')}`
}
