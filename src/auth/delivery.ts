/** Where a code was sent, masked as Cognito masks it in `CodeDeliveryDetails`: `a***@e***`, `+*******9934`. */
import type { Delivery } from '../errors.ts'

/** A delivery by email, for an address that Cognito has not reported one for. */
export function emailDelivery(email: string): Delivery {
  return { medium: 'EMAIL', destination: maskEmail(email) }
}

/** `a***@e***` for `anna@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  const first = (text: string) => [...text][0] ?? ''
  return `${first(email.slice(0, at))}***@${first(email.slice(at + 1))}***`
}

/** `+*******9934` for `+49301239934`. */
export function maskPhone(phoneNumber: string): string {
  const digits = phoneNumber.replace(/^\+/, '')
  return `+${'*'.repeat(Math.max(0, digits.length - 4))}${digits.slice(-4)}`
}
