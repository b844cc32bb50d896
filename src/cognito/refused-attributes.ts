/** Which attributes Cognito refuses, read from its messages, as fields of this service's bodies. */

import { ourName } from '../auth/attributes.ts'
import type { FieldCode, FieldError } from '../errors.ts'

/** What is wrong with an attribute, by what Cognito says of it. */
const complaints: readonly (readonly [says: RegExp, message: string, code: FieldCode])[] = [
  [/required|missing/, 'is required', 'required'],
  [/does not exist/, 'is not a known field', 'unknown_field'],
  [/already provided/, 'has a value already, which cannot be changed here', 'immutable']
]

const formComplaint = [/^/, 'is not in the right form', 'wrong_format'] as const

/**
 * Whether the message asks for an attribute that is not among those a caller can send. Where it asks for others
 * as well, sending those would not help.
 */
export function missesAttribute(message: string, sendable: readonly string[]): boolean {
  return refusals(message).some(
    ({ attribute, says }) => /required|missing/.test(says) && !sendable.includes(attribute)
  )
}

/** For messages that use words of their own for an attribute. */
const words: readonly (readonly [says: RegExp, attribute: string])[] = [
  [/phone/i, 'phone_number'],
  [/email|username/i, 'email']
]

/**
 * The refused fields; undefined where the message names none.
 *
 * @param prefix where the body holds them: `attributes.`, or nothing where each is a field of its own
 */
export function refusedAttributes(message: string, prefix = ''): FieldError[] | undefined {
  const fields = refusals(message).map(({ attribute, says }): FieldError => {
    const [, sentence, code] = complaints.find(([pattern]) => pattern.test(says)) ?? formComplaint
    return { field: prefix + ourName(attribute), message: sentence, code }
  })
  return fields.length > 0 ? fields : undefined
}

/** The attribute in messages about one: "Invalid attributes given, name is missing". */
const named =
  /already provided (\w+)|attributes? given, (\S+) is missing|non-mutable attribute (\S+)/

/** "Attributes did not conform to the schema: " goes before a line for each; all else is about one. */
function refusals(message: string): { attribute: string; says: string }[] {
  const lines = message.split('schema: ')[1]?.matchAll(/^(\S+): (.*)$/gm)
  if (lines) return [...lines].map(([, attribute = '', says = '']) => ({ attribute, says }))
  const attribute =
    named.exec(message)?.slice(1).find(Boolean) ?? words.find(([says]) => says.test(message))?.[1]
  return attribute === undefined ? [] : [{ attribute, says: message }]
}
