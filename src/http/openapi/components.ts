/** Schemas with a title become components: in the routes they stay written out, quick and strict. */
import { isDeepStrictEqual } from 'node:util'

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A copy of `value` in which every titled schema is a reference; the schemas are put into `found`.
 * @throws Error where two different schemas bear one title
 */
export function shareTitled(value: unknown, found: Map<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map(item => shareTitled(item, found))
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([key, item]) => [key, shareTitled(item, found)])
  const copy = constantsAsEnum(Object.fromEntries(entries))
  const { title, ...schema } = copy
  // A property that happens to be called title has a schema for its value, not a string.
  if (typeof title !== 'string') return copy
  if (found.has(title) && !isDeepStrictEqual(found.get(title), schema)) {
    throw new Error(`two different schemas are called ${title}`)
  }
  found.set(title, schema)
  return { $ref: `#/components/schemas/${title}` }
}

/** A union of constants reads, and generates, better as an enum. */
function constantsAsEnum(schema: JsonObject): JsonObject {
  const { anyOf, ...rest } = schema
  if (!Array.isArray(anyOf)) return schema
  const values = anyOf.flatMap(member =>
    isObject(member) && typeof member.const === 'string' ? [member.const] : []
  )
  return values.length === anyOf.length ? { ...rest, type: 'string', enum: values } : schema
}
