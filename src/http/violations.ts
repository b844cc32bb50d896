/** What AJV has against a request, said to whoever writes the page: one sentence for each field. */
import type { FastifySchemaValidationError } from 'fastify'
import type { FieldError } from '../errors.ts'
import { fieldOf } from './json-body.ts'

/** More tell nobody anything. */
const mostErrors = 20

/** The first violation of each field, in AJV's order; `context` names what has no field (`body`). */
export function fieldErrors(
  violations: readonly FastifySchemaValidationError[],
  context: string
): FieldError[] {
  const messages = new Map<string, string>()
  for (const violation of violations) {
    const field = fieldOf(pathTo(violation)) || context
    if (!messages.has(field)) messages.set(field, sentence(violation))
    if (messages.size === mostErrors) break
  }
  return [...messages].map(([field, message]) => ({ field, message }))
}

function pathTo({ instancePath, params }: FastifySchemaValidationError): string[] {
  const path = instancePath.split('/').slice(1)
  const named = params.missingProperty ?? params.additionalProperty
  return named === undefined ? path : [...path, String(named)]
}

/** Completes "this field ...". */
function sentence({ keyword, params, message, ...rest }: FastifySchemaValidationError): string {
  switch (keyword) {
    case 'required':
      return 'is required'
    case 'additionalProperties':
      return 'is not a known field'
    case 'type':
      return `must be of type ${[params.type].flat().join(' or ')}`
    case 'enum':
      return `must be one of ${[params.allowedValues].flat().map(String).join(', ')}`
    case 'minLength':
      return params.limit === 1 ? 'must not be empty' : 'is too short'
    case 'maxLength':
      return `must not be longer than ${String(params.limit)} characters`
    case 'maxItems':
      return `must not have more than ${String(params.limit)} items`
    case 'maxProperties':
      return `must not have more than ${String(params.limit)} fields`
    case 'pattern':
      return `must be ${describedBy(rest) ?? 'in the right form'}`
    default:
      return message ?? 'is not valid'
  }
}

/** AJV runs with `verbose`, so a violation carries its schema: its description says what was expected. */
function describedBy(violation: object): string | undefined {
  const schema = 'parentSchema' in violation ? violation.parentSchema : undefined
  if (typeof schema !== 'object' || schema === null || !('description' in schema)) return undefined
  return String(schema.description)
}
