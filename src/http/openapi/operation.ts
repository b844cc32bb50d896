/** One operation of the document, from what its route's schema says and what stands before its handler. */
import { STATUS_CODES } from 'node:http'
import type { JsonObject } from './components.ts'
import { type Call, isGated, isProxied, mayHaveBody, needsSession } from './failures.ts'
import { rateLimitHeaders } from './problem-answers.ts'

interface Response extends JsonObject {
  readonly description: string
}

/** As much as this service relies on of an operation that @fastify/swagger has made. */
export interface Operation extends JsonObject {
  readonly operationId: string
  readonly parameters?: readonly unknown[]
  readonly requestBody?: JsonObject
  readonly responses: Readonly<Record<string, Response>>
  readonly 'x-rate-limit-group'?: string
  /** Where a call needs no session, although others of its kind do. */
  readonly 'x-session'?: string
}

const csrf = { $ref: '#/components/parameters/Csrf' }

/** @param problems the error answers by status */
export function completeOperation(operation: Operation, call: Call, problems: JsonObject) {
  const { requestBody, responses, parameters = [], ...rest } = operation
  const withCsrf = isGated(call.path) ? [csrf, ...parameters] : parameters
  return {
    ...rest,
    security: securityOf(call),
    ...(withCsrf.length > 0 && { parameters: withCsrf }),
    ...(requestBody &&
      mayHaveBody(call) && { requestBody: { ...requestBody, required: !isProxied(call.path) } }),
    responses: { ...successes(responses, call), ...problems }
  }
}

/** Without a session some calls answer otherwise: they may carry the cookie, and need not. */
function securityOf(call: Call): readonly JsonObject[] {
  if (!isGated(call.path)) return []
  return needsSession(call) ? [{ session: [] }] : [{}, { session: [] }]
}

/** At run time a class of statuses guards more than one status would; each route answers one of it. */
function successes(responses: Operation['responses'], { isLimited }: Call) {
  const entries = Object.entries(responses).map(([key, response]): [string, JsonObject] => {
    const status = key === '2XX' ? '200' : key
    const description = described(response.description, status)
    return [status, { ...response, description, ...(isLimited && { headers: rateLimitHeaders }) }]
  })
  return Object.fromEntries(entries)
}

/** @fastify/swagger has one sentence for every response without a description of its own. */
function described(description: string, status: string): string {
  return description === 'Default Response' ? `${STATUS_CODES[status] ?? 'Answered'}.` : description
}
