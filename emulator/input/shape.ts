/** A small declarative check of what an operation receives, with the messages Cognito gives. */

import { refusal } from '../errors.ts'

/** Reads one member; adds a sentence to `problems` for each constraint it fails. */
export interface Kind<T> {
  read(value: unknown, path: string, problems: string[]): T
}

export type Fields = Readonly<Record<string, Kind<unknown>>>

/** The input an operation gets once its fields were read. */
export type Input<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Kind<infer T> ? T : never
}

interface TextLimits {
  readonly min?: number
  readonly max?: number
  /** Must match the whole value; its source is quoted in the message. */
  readonly pattern?: RegExp
  readonly oneOf?: readonly string[]
  /** Leaves the value out of messages, as Cognito does for names and secrets. */
  readonly sensitive?: boolean
}

/** Text within limits. */
export function text(limits: TextLimits = {}): Kind<string> {
  return {
    read(value, path, problems) {
      const given = present(value, 'a String', item => typeof item === 'string', path, problems)
      if (typeof given !== 'string') return ''
      const shown = limits.sensitive ? 'Value' : `Value '${given}'`
      for (const constraint of broken(given, limits)) {
        problems.push(`${shown} at '${path}' failed to satisfy constraint: ${constraint}`)
      }
      return given
    }
  }
}

export function flag(): Kind<boolean> {
  return {
    read: (value, path, problems) =>
      present(value, 'a Boolean', item => typeof item === 'boolean', path, problems) === true
  }
}

export function number({ min, max }: { readonly min: number; readonly max: number }): Kind<number> {
  return {
    read(value, path, problems) {
      const isNumber = (item: unknown) => Number.isInteger(item)
      const given = Number(present(value, 'an Integer', isNumber, path, problems))
      const bound = given < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`
      if (given < min || given > max) {
        const shown = `Value '${given}' at '${path}' failed to satisfy constraint`
        problems.push(`${shown}: Member must have value ${bound}`)
      }
      return given
    }
  }
}

/** Any JSON object (a Smithy document); the operation reads it itself. */
export function document(): Kind<unknown> {
  return {
    read: (value, path, problems) => present(value, 'a Document', isObject, path, problems)
  }
}

/** A map from text to text, such as AuthParameters. */
export function textMap(maxValue: number): Kind<Readonly<Record<string, string>>> {
  const member = text({ max: maxValue, sensitive: true })
  return {
    read(value, path, problems) {
      const given = present(value, 'a Map', isObject, path, problems)
      const entries = isObject(given) ? Object.entries(given) : []
      const read = entries.map(([key, item]) => [key, member.read(item, path, problems)] as const)
      return Object.fromEntries(read)
    }
  }
}

export function list<T>(member: Kind<T>, max = 1000): Kind<readonly T[]> {
  return {
    read(value, path, problems) {
      const given = present(value, 'a List', Array.isArray, path, problems)
      const items: unknown[] = Array.isArray(given) ? given : []
      if (items.length > max) {
        problems.push(
          `Value at '${path}' failed to satisfy constraint: ` +
            `Member must have length less than or equal to ${max}`
        )
      }
      return items.map((item, at) => member.read(item, `${path}.${at + 1}.member`, problems))
    }
  }
}

/** A structure inside the input. */
export function structure<F extends Fields>(fields: F): Kind<Input<F>> {
  return {
    read(value, path, problems) {
      const given = present(value, 'a Structure', isObject, path, problems)
      return readFields(fields, isObject(given) ? given : {}, `${path}.`, problems)
    }
  }
}

export function optional<T>(kind: Kind<T>): Kind<T | undefined> {
  return {
    read: (value, path, problems) =>
      value === undefined || value === null ? undefined : kind.read(value, path, problems)
  }
}

/**
 * Reads the input of an operation. Members it does not know are dropped, as AWS does.
 * @throws CognitoError SerializationException or InvalidParameterException
 */
export function readInput<F extends Fields>(fields: F, body: unknown): Input<F> {
  if (!isObject(body)) throw refusal('unreadable', 'Expected a JSON object')
  const problems: string[] = []
  const input = readFields(fields, body, '', problems)
  if (problems.length === 0) return input
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`
  throw refusal('validation', `${count}: ${problems.join('; ')}`)
}

function readFields<F extends Fields>(
  fields: F,
  given: Record<string, unknown>,
  prefix: string,
  problems: string[]
): Input<F> {
  const read = Object.entries(fields).map(([name, kind]) => {
    const path = `${prefix}${name.charAt(0).toLowerCase()}${name.slice(1)}`
    return [name, kind.read(given[name], path, problems)] as const
  })
  return Object.fromEntries(read) as Input<F> // each member comes from the kind of its own name
}

function present(
  value: unknown,
  wanted: string,
  fits: (value: unknown) => boolean,
  path: string,
  problems: string[]
): unknown {
  if (value === undefined || value === null) {
    problems.push(`Value null at '${path}' failed to satisfy constraint: Member must not be null`)
    return undefined
  }
  if (!fits(value)) throw refusal('unreadable', `'${path}' can not be converted to ${wanted}`)
  return value
}

function* broken(given: string, limits: TextLimits): Generator<string> {
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern, oneOf } = limits
  if (given.length < min) yield `Member must have length greater than or equal to ${min}`
  if (given.length > max) yield `Member must have length less than or equal to ${max}`
  if (pattern !== undefined && !new RegExp(`^(?:${pattern.source})$`, 'u').test(given)) {
    yield `Member must satisfy regular expression pattern: ${pattern.source}`
  }
  if (oneOf !== undefined && !oneOf.includes(given)) {
    yield `Member must satisfy enum value set: [${oneOf.join(', ')}]`
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
