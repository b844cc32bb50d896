/** What to tell a person about something that went wrong. */
import { type ProblemCode, ProblemError } from '../../../packages/client/src/client.ts'
import { span } from './time.ts'

/** Something this page itself has to say; its message is a sentence fit to show. */
export class Complaint extends Error {}

/** Where a person needs other words than a developer. */
const otherWords: Partial<Record<ProblemCode, string>> = {
  store_unavailable: 'This does not work right now. Nothing is lost: try again in a moment.'
}

export function messageOf(error: unknown): string {
  if (error instanceof ProblemError) return otherWords[error.code] ?? howLong(error)
  if (error instanceof Complaint) return error.message
  console.error(error)
  return 'Something went wrong. Try again.'
}

/** "A little" may be an hour: where the service says how long to wait, people are told. */
function howLong({ code, message, retryAfterSeconds }: ProblemError): string {
  if (retryAfterSeconds === undefined) return message
  const wait = `Try again in ${span(retryAfterSeconds)}.`
  if (code === 'rate_limited') return `Too many requests. ${wait}`
  return code === 'attempt_limit_exceeded' ? `Too many attempts for this account. ${wait}` : message
}
