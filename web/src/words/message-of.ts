/** What to tell a person about something that went wrong. */
import { ProblemError } from '../../../packages/client/src/client.ts'

export function messageOf(error: unknown): string {
  if (error instanceof ProblemError) return error.message
  console.error(error)
  return 'Something went wrong. Try again.'
}
