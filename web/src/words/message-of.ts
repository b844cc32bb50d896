/** What to tell a person about something that went wrong. */
import { ProblemError } from '../../../packages/client/src/client.ts'

/** Something this page itself has to say; its message is a sentence fit to show. */
export class Complaint extends Error {}

export function messageOf(error: unknown): string {
  if (error instanceof ProblemError || error instanceof Complaint) return error.message
  console.error(error)
  return 'Something went wrong. Try again.'
}
