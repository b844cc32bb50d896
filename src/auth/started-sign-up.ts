/** The sign-up that a browser has started: whether it is of an email, and what has become of it. */

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import {
  type LoadedSession,
  pendingSession,
  type SessionStore,
  type StartedSignUp,
  type WriteOutcome
} from './session.ts'

/** The sign-up that the browser started, if it is of `email`. */
export function startedSignUpOf(
  email: string,
  started: StartedSignUp | undefined
): StartedSignUp | undefined {
  // Cognito ignores the case of emails.
  return started?.email.toLowerCase() === email.toLowerCase() ? started : undefined
}

/**
 * Updates the sign-up in this browser's session, and keeps it for as long as a code that was sent `now` is valid.
 * @param change the new state, or the email alone to keep the sign-up as it is
 * @returns `gone` where the session has no sign-up of this email, or has ended; `stale` where another request has
 * written it meanwhile.
 */
export async function updateStartedSignUp(
  store: Pick<SessionStore, 'update'>,
  session: LoadedSession | undefined,
  change: StartedSignUp | { readonly email: string },
  now: number
): Promise<WriteOutcome> {
  if (session?.data.kind !== 'pending') return 'gone'
  const before = startedSignUpOf(change.email, session.data.signUp)
  if (!before) return 'gone'
  const { challenge } = session.data
  const signUp = { ...before, ...change }
  return await store.update(
    session,
    pendingSession(now, { signUp, ...(challenge && { challenge }) })
  )
}

/** Of the hash, in bytes. */
const length = 32

/** A salted scrypt hash with Node's default cost (16 MiB, about 50 ms in a thread of its pool), as `salt.hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `${salt.toString('base64url')}.${(await derive(password, salt)).toString('base64url')}`
}

/** Whether `hashed`, from `hashPassword`, is the hash of this password; false where it is undefined. */
export async function isHashOf(password: string, hashed: string | undefined): Promise<boolean> {
  const [salt, hash] = (hashed ?? '').split('.').map(part => Buffer.from(part, 'base64url'))
  if (salt === undefined || hash?.length !== length) return false
  return timingSafeEqual(await derive(password, salt), hash)
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
