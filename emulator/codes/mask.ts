/** How Cognito shows where a code went. */

/** `f***@e***` for an address, `+*******9934` for a number. */
export function mask(destination: string): string {
  if (destination.startsWith('+')) {
    return `+${'*'.repeat(Math.max(destination.length - 5, 0))}${destination.slice(-4)}`
  }
  const [name = '', domain = ''] = destination.split('@')
  return `${first(name)}***@${first(domain)}***`
}

/** The first character, not half of one: addresses may begin with an emoji. */
function first(text: string): string {
  return [...text][0] ?? ''
}
