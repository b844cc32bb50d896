/** One operation of the document, from what its route's schema says and what stands before its handler. */
import { STATUS_CODES } from 'node:http'
import type { JsonObject } from './document.ts'
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
  return description === 'Default Response' ? `${STATUS_CODES[status] ?? 'Response'}.` : description
}

// What the document says of a route to an API: never where that is.

interface ApiRoute {
  readonly path: string
  readonly session: 'required' | 'optional' | 'none'
  readonly token: string
  readonly groups: readonly string[]
  readonly maxAgeSeconds: number | undefined
  readonly cache: 'none' | 'upstream'
  readonly timeout: number
  readonly bodyLimit: number | undefined
}

const general =
  "The path below, the query and the body travel as they are, the cookie does not. Calls of one user beyond those that may run at once wait for their turn, up to 5 seconds. Errors with a `code` of this service are its own, whatever else comes is the API's answer."

/** `callApi` for `/api`; `callApiOrderItems` for `/api/order-items`. */
export function summaryOf(route: ApiRoute) {
  const name = route.path
    .split(/[^A-Za-z0-9]+/)
    .slice(2)
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
  return {
    operationId: `callApi${name}`,
    summary: "Call the team's API",
    description: [general, ...rules(route)].join(' '),
    ...(route.session !== 'required' && { 'x-session': route.session })
  }
}

function rules(route: ApiRoute): string[] {
  const { session, token, groups, maxAgeSeconds, cache, timeout, bodyLimit } = route
  const who = {
    required: 'Requires a session.',
    optional: 'Works without a session, too.',
    none: 'Ignores the session.'
  }[session]
  return [
    who,
    ...(token === 'none' ? ['The API gets no token.'] : [`The API gets the ${token} token.`]),
    ...(groups.length > 0 ? [`For users in one of the groups ${groups.join(', ')}.`] : []),
    ...(maxAgeSeconds === undefined ? [] : [`The login may be at most ${maxAgeSeconds} s old.`]),
    ...(cache === 'upstream' ? ['Browsers may cache responses as the API allows.'] : []),
    ...(bodyLimit === undefined ? [] : [`A body may have at most ${bodyLimit} bytes.`]),
    `The API has ${timeout / 1000} s for the first byte of its response.`
  ]
}
