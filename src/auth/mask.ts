/** Addresses as Cognito masks them in `CodeDeliveryDetails`: `a***@e***`, `+*******9934`. */

export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  const first = (text: string) => [...text][0] ?? ''
  return `${first(email.slice(0, at))}***@${first(email.slice(at + 1))}***`
}

export function maskPhone(phoneNumber: string): string {
  const digits = phoneNumber.replace(/^\+/, '')
  return `+${'*'.repeat(Math.max(0, digits.length - 4))}${digits.slice(-4)}`
}
