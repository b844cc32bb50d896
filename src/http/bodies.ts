/** What a JSON body may be before any schema looks at it: of a bounded size, and nobody's prototype. */
import { AppError, type FieldError } from '../errors.ts'

/**
 * Fields and items, at every depth. The largest body of a call is a challenge with 50 attributes. AJV looks at
 * all that was sent and makes an error of each flaw: 64 KiB have room for 30,000.
 */
export const mostValues = 100

/** Why a parsed body is refused, whatever the call; null where it may go on to the schema. */
export function objectionTo(body: unknown): AppError | null {
  let values = 0
  for (const { path, value } of valuesOf(body)) {
    values += 1
    if (values > mostValues) {
      return refused({
        field: 'body',
        message: `must not hold more than ${mostValues} values`,
        code: 'too_many'
      })
    }
    if (isPrototype(path.at(-1), value)) {
      return refused({
        field: fieldOf(path),
        message: 'is not a known field',
        code: 'unknown_field'
      })
    }
  }
  return null
}

/** The name of a field in an answer: dotted, and no longer than a person would read. */
export const fieldOf = (path: readonly string[]): string => path.join('.').slice(0, 100)

interface Placed {
  readonly path: readonly string[]
  readonly value: unknown
}

/** Everything inside, one by one: whoever stops asking stops the work. `Object.entries` would pair all of it first. */
function* valuesOf(inside: unknown, above: readonly string[] = []): Generator<Placed> {
  if (typeof inside !== 'object' || inside === null) return
  for (const key of Object.keys(inside)) {
    const value: unknown = Reflect.get(inside, key)
    const path = [...above, key]
    yield { path, value }
    yield* valuesOf(value, path)
  }
}

/** What would change the prototype of an object that a body is copied into carelessly. */
function isPrototype(key: string | undefined, value: unknown): boolean {
  if (key === '__proto__') return true
  if (key !== 'constructor' || typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, 'prototype')
}

function refused(error: FieldError): AppError {
  return new AppError('invalid_request', { errors: [error], reason: 'body_refused' })
}
