/** Reads the environment into typed values, secrets from files included, noting every problem. */
import { readFileSync } from 'node:fs'
import { type TSchema, TypeGuard } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { Environment, secretNames } from './environment.ts'

export type Source = Readonly<Record<string, string | undefined>>

/** Notes one problem: the variable's name and a sentence that never holds its value. */
export type Complain = (name: string, problem: string) => void

/**
 * Typed environment. A malformed value is complained about and replaced by its default (NODE_ENV by
 * `production`, the strictest), so that the other checks still run and all problems are told at once.
 * An empty variable counts as not set, as in most orchestrators.
 */
export function readEnvironment(source: Source, complain: Complain): Environment {
  const given: Record<string, unknown> = {}
  for (const name of Object.keys(Environment.properties)) {
    const value = source[name]?.trim()
    if (value) given[name] = value
  }
  for (const name of secretNames) {
    const secret = readSecretFile(name, source, complain)
    if (secret !== undefined) given[name] = secret
  }
  for (const error of Value.Errors(Environment, typed(given))) {
    const name = error.path.split('/')[1] ?? ''
    complain(name, describe(name, error.message))
    if (name === 'NODE_ENV') given[name] = 'production'
    else delete given[name]
  }
  return Value.Decode(Environment, typed(given))
}

function typed(given: Readonly<Record<string, unknown>>): unknown {
  return Value.Convert(Environment, Value.Default(Environment, { ...given }))
}

function readSecretFile(name: string, source: Source, complain: Complain): string | undefined {
  const path = source[`${name}_FILE`]?.trim()
  if (!path) return undefined
  if (source[name]?.trim()) {
    complain(name, `is set both directly and by ${name}_FILE: keep one`)
    return undefined
  }
  try {
    const secret = readFileSync(path, 'utf8').trim()
    if (secret) return secret
    complain(`${name}_FILE`, 'names an empty file')
  } catch {
    // The reason would name the path, which may be telling; the variable is enough to find it.
    complain(`${name}_FILE`, 'names a file that cannot be read')
  }
  return undefined
}

/** TypeBox's messages speak of types and patterns; choices, and the form in words, are more use. */
function describe(name: string, message: string): string {
  const schema: TSchema | undefined = new Map(Object.entries(Environment.properties)).get(name)
  if (schema && TypeGuard.IsUnion(schema)) {
    const choices = schema.anyOf.map(option => String(option.const))
    return `must be one of ${choices.join(', ')}`
  }
  if (typeof schema?.form === 'string') return `must ${schema.form}`
  return message.replace(/^Expected/, 'must be').replace('to be ', '')
}
