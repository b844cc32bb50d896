/** Reads the bodies of the controls; a wrong or unknown field is answered with a sentence. */

import { ControlError } from './control.ts'

export interface Reader<T> {
  /** Ends the sentence "`field` must be ...". */
  readonly wanted: string
  readonly accepts: (value: unknown) => value is T
}

type Readers = Readonly<Record<string, Reader<unknown>>>

type Body<R extends Readers> = {
  readonly [Name in keyof R]?: R[Name] extends Reader<infer T> ? T : never
}

export const aText: Reader<string> = {
  wanted: 'a text that is not empty',
  accepts: (value): value is string => typeof value === 'string' && value !== ''
}

export const aFlag: Reader<boolean> = {
  wanted: 'true or false',
  accepts: (value): value is boolean => typeof value === 'boolean'
}

export const aMap: Reader<Record<string, string>> = {
  wanted: 'an object of texts',
  accepts: (value): value is Record<string, string> =>
    isObject(value) && Object.values(value).every(item => typeof item === 'string')
}

export const someTexts: Reader<string[]> = {
  wanted: 'a list of texts',
  accepts: (value): value is string[] =>
    Array.isArray(value) && value.every(item => typeof item === 'string')
}

export function aNumber(min: number, max: number): Reader<number> {
  return {
    wanted: `a whole number from ${min} to ${max}`,
    accepts: (value): value is number =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
  }
}

export function oneOf<const T extends string | boolean | null>(choices: readonly T[]): Reader<T> {
  const wanted = `one of ${choices.map(choice => JSON.stringify(choice)).join(', ')}`
  return { wanted, accepts: (value): value is T => choices.some(choice => choice === value) }
}

export function orNull<T>(reader: Reader<T>): Reader<T | null> {
  return {
    wanted: `${reader.wanted}, or null`,
    accepts: (value): value is T | null => value === null || reader.accepts(value)
  }
}

/** @throws ControlError with a sentence that names the first thing wrong */
export function readFields<R extends Readers>(readers: R, body: unknown): Body<R> {
  if (!isObject(body)) throw new ControlError('Send a JSON object.')
  for (const [name, value] of Object.entries(body)) {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (reader === undefined) {
      const known = Object.keys(readers).join(', ')
      throw new ControlError(`There is no field "${name}"; there are: ${known}.`)
    }
    if (!reader.accepts(value)) throw new ControlError(`"${name}" must be ${reader.wanted}.`)
  }
  return body as Body<R> // every field was accepted by its own reader just above
}

/** @throws ControlError where a field is missing */
export function need<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw new ControlError(`"${name}" is needed.`)
  return value
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
