/** Reads which Lambda trigger of the pool failed, and what it said, out of Cognito's message. */

import type { TriggerFailure } from '../errors.ts'
import type { ForeignError } from './foreign-error.ts'

const lambdaExceptions: readonly string[] = [
  'UserLambdaValidationException',
  'UnexpectedLambdaException',
  'InvalidLambdaResponseException'
]

/** The full stop at the end is Cognito's own, not the function's. */
const forms = [
  /^(\w+) failed with error ([\s\S]*?)\.?$/,
  /^(\w+) invocation failed due to error ([\s\S]*?)\.?$/,
  /^(\w+) (?:invocation )?(failed\b[\s\S]*?)\.?$/
]

/** What Cognito's OAuth endpoints and some captures carry behind the text. */
const trailer = /\.? \(Service: \w+; Status Code: [\s\S]*\)$/

/** Undefined for what is no failure of a trigger. */
export function readTrigger({ name, message }: ForeignError): TriggerFailure | undefined {
  if (isMigration(message)) return { name: 'UserMigration', text: message }
  if (!lambdaExceptions.includes(name)) return undefined
  const bare = message.replace(trailer, '.')
  for (const form of forms) {
    const [, trigger, text] = form.exec(bare) ?? []
    if (trigger !== undefined && text !== undefined) return { name: trigger, text }
  }
  return { name: undefined, text: message }
}

/** UserMigration's failures come under the name of an unknown user. */
const isMigration = (message: string) => /^Exception migrating user/.test(message)
