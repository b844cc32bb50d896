/**
 * The login names whose latest login needed the password only. The service logs in by itself for such accounts only:
 * for any other, the right password would make Cognito send a second-factor code that the user did not request.
 */

export interface PasswordOnlyLogins {
  /** Whether the latest login by this name had no challenge, and no second factor was switched on since. */
  has(name: string): Promise<boolean>
  set(name: string): Promise<void>
  remove(name: string): Promise<void>
}

/** The same without regard to the case of names, which Cognito ignores. */
export function ignoringCase(logins: PasswordOnlyLogins): PasswordOnlyLogins {
  return {
    has: name => logins.has(name.toLowerCase()),
    set: name => logins.set(name.toLowerCase()),
    remove: name => logins.remove(name.toLowerCase())
  }
}
