/**
 * For which names a login has got by with the password alone. Only such an account is logged in silently: for any
 * other, the right password makes Cognito send a code that was not asked for.
 */

export interface PasswordAlone {
  /** Whether the latest login by this name was without a challenge, and no second factor was switched on since. */
  has(name: string): Promise<boolean>
  set(name: string): Promise<void>
  remove(name: string): Promise<void>
}

/** The same names in any letter case are one. Never fails: in doubt, a code might be sent. */
export function passwordAlone(marks: PasswordAlone): PasswordAlone {
  return {
    has: name => marks.has(name.toLowerCase()),
    set: name => marks.set(name.toLowerCase()),
    remove: name => marks.remove(name.toLowerCase())
  }
}
