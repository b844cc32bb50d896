/** Knows a password again that was typed at a sign-up, without keeping it. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

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
