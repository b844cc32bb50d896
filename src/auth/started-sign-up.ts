/** Whether a browser's sign-up is that of an address. */

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import {
  type LoadedSession,
  pendingSession,
  type SessionStore,
  type SignUpMark,
  type WriteOutcome
} from './session.ts'

/** The mark, if it is of a sign-up of `email`. */
export function ownSignUp(email: string, mark: SignUpMark | undefined): SignUpMark | undefined {
  // Pools compare addresses without regard to case.
  return mark?.email.toLowerCase() === email.toLowerCase() ? mark : undefined
}

// What becomes of the sign-up that a browser has begun.

/**
 * Remembers what has become of this browser's sign-up, or the sign-up of `email` as it was, for as long as a code lives
 * that was sent `now`. Where the session holds none, has ended, or was written meanwhile, there is nothing to remember,
 * or something newer.
 */
export async function keepSignUp(
  store: Pick<SessionStore, 'update'>,
  held: LoadedSession | undefined,
  become: SignUpMark | { readonly email: string },
  now: number
): Promise<WriteOutcome> {
  if (held?.data.kind !== 'pending') return 'gone'
  const before = ownSignUp(become.email, held.data.signUp)
  if (!before) return 'gone'
  const { challenge } = held.data
  const signUp = { ...before, ...become }
  return await store.update(held, pendingSession(now, { signUp, ...(challenge && { challenge }) }))
}

// Knows a password again that was typed at a sign-up, without keeping it.

const length = 32

/** A salted scrypt hash with Node's own cost (16 MiB, some 50 ms in a thread of its pool), as `salt.hash`. */
export async function hashTyped(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `${salt.toString('base64url')}.${(await derive(password, salt)).toString('base64url')}`
}

/** Whether `hashed`, by `hashTyped`, is of this password; false where there is none. */
export async function isTyped(password: string, hashed: string | undefined): Promise<boolean> {
  const [salt, hash] = (hashed ?? '').split('.').map(part => Buffer.from(part, 'base64url'))
  if (salt === undefined || hash?.length !== length) return false
  return timingSafeEqual(await derive(password, salt), hash)
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
