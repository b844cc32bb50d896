/** Completes what @fastify/swagger has collected from the routes: errors, security, headers, components. */

import { isDeepStrictEqual } from 'node:util'
import { type ErrorCode, errorCodes } from '../../errors.ts'
import { Problem } from '../schemas.ts'
import { codesOf, isLimitedPerUser } from './failures.ts'
import { completeOperation, type Operation } from './operation.ts'
import { problemAnswers, problemExample } from './problem-answers.ts'

type PathItem = Readonly<Record<string, Operation>>

export interface Document {
  readonly openapi: string
  readonly info: JsonObject
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: Readonly<Record<string, JsonObject>>
}

/**
 * @param draft plain JSON, as @fastify/swagger has made it
 * @throws Error for an operation that failures.ts does not know
 */
export function completeDocument(draft: Document): JsonObject {
  const responses: Record<string, unknown> = {}
  const schemas = new Map<string, unknown>()
  const answered = new Set<ErrorCode>()
  shareTitled(plain(Problem), schemas)

  const complete =
    (path: string, item: PathItem) =>
    ([method, operation]: [string, Operation]) => {
      const { operationId } = operation
      const isLimited =
        operation['x-rate-limit-group'] !== undefined || isLimitedPerUser(operationId)
      const isOpen = operation['x-session'] !== undefined
      const call = { operationId, method, path, isLimited, isOpen }
      const codes = codesOf(call)
      for (const code of codes) answered.add(code)
      const problems = problemAnswers(codes, call)
      Object.assign(responses, problems.components)
      const named = isOneOfSeveral(item, operationId)
        ? operationId + capitalised(method)
        : operationId
      const completed = completeOperation(operation, call, problems.responses)
      return [method, { ...completed, operationId: named }]
    }
  const paths = Object.entries(draft.paths).map(([path, item]) => [
    path,
    Object.fromEntries(Object.entries(item).map(complete(path, item)))
  ])

  const shared = shareTitled(Object.fromEntries(paths), schemas)
  // Some are answered to what is no call: a path with another method.
  const shown = errorCodes.filter(code => answered.has(code))
  const examples = shown.map(code => [code, problemExample(code)])
  return {
    ...draft,
    paths: shared,
    components: {
      ...draft.components,
      schemas: inOrder(schemas),
      responses: inOrder(new Map(Object.entries(responses))),
      headers,
      parameters,
      examples: Object.fromEntries(examples)
    }
  }
}

/** What a TypeBox schema is without its symbols. */
const plain = (schema: object): unknown => JSON.parse(JSON.stringify(schema))

/** A proxy has one route for all methods, and operations are named apart. */
const isOneOfSeveral = (item: PathItem, operationId: string) =>
  Object.values(item).filter(operation => operation.operationId === operationId).length > 1

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

const inOrder = (entries: ReadonlyMap<string, unknown>) =>
  Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)))

// Schemas with a title become components: in the routes they stay written out, quick and strict.

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

/** The headers and parameters that operations refer to. */
export const headers = {
  RetryAfter: {
    description: 'Seconds to wait before the next attempt.',
    schema: { type: 'integer', minimum: 1 }
  },
  RateLimitPolicy: {
    description:
      'The one policy of the route, as a structured field (draft-ietf-httpapi-ratelimit-headers-10): its name, the number of calls (`q`) and the window in seconds (`w`).',
    schema: { type: 'string', examples: ['"login";q=20;w=300'] }
  },
  RateLimit: {
    description:
      'The remaining calls (`r`), and the seconds until the window ends (`t`). With a limit by account and client network, fewer than `q` calls may be available from the start.',
    schema: { type: 'string', examples: ['"login";r=9;t=300'] }
  }
} as const

export const parameters = {
  Csrf: {
    name: 'X-CSRF',
    in: 'header',
    required: true,
    description: 'A header that neither a form nor a page of another origin can send.',
    schema: { type: 'string', const: '1' }
  }
} as const

/** What the document says before its first operation. */
export const info = {
  title: 'Cognito BFF',
  version: '0.1.0',
  summary: 'The API for a single-page application on the same origin.',
  description: [
    'Every call under `/auth` and `/api`, GET included, must have the header `X-CSRF: 1`; under `/api` a GET or HEAD needs none if Fetch Metadata shows that the page itself reads (`Sec-Fetch-Site: same-origin`, `Sec-Fetch-Dest` `empty`, `image`, `audio`, `video` or `document`). Bodies are `application/json` without unknown fields, except that a photo is an image; under `/api` any content type is accepted.',
    'One HTTP-only cookie identifies the session. No response contains a Cognito token, and every response under `/auth` and `/api` has `Cache-Control: no-store`.',
    'Times are ISO 8601 in UTC, durations are whole seconds. Every response has an `X-Request-Id`.',
    'Errors are problem documents (RFC 9457): `code` is stable, `detail` is a sentence that can be shown to a user. 429 and 503 have `Retry-After`.',
    'Only a service without enumeration protection returns `email_exists`, `email_not_found` and, for a reset, `user_not_confirmed`.'
  ].join('\n\n'),
  license: { name: 'MIT', identifier: 'MIT' }
}

/** In the order of a user's way through the service. */
export const tags = [
  { name: 'Sign up', description: 'Creating an account and confirming it.' },
  { name: 'Log in', description: 'From a password to a session, and logging out.' },
  { name: 'Sessions', description: 'The current session and the other sessions of the user.' },
  { name: 'Profile', description: 'The attributes of the user.' },
  { name: 'Password', description: 'Changing or resetting the password.' },
  { name: 'Second factors', description: 'Second steps after the password.' },
  { name: 'Account', description: 'Deleting the account.' },
  { name: 'API', description: "The team's own API, called with the user's access token." },
  { name: 'Service', description: 'Health, and this document.' }
]
