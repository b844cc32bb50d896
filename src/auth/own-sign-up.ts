/** Whether a browser's sign-up is that of an address. */
import type { SignUpMark } from './session.ts'

/** The mark, if it is of a sign-up of `email`. */
export function ownSignUp(email: string, mark: SignUpMark | undefined): SignUpMark | undefined {
  // Pools compare addresses without regard to case.
  return mark?.email.toLowerCase() === email.toLowerCase() ? mark : undefined
}
