/** The error answers of a call as OpenAPI responses: one a status, each naming its codes. */
import { AppError, type ErrorCode } from '../../errors.ts'
import { problemOf } from '../problem.ts'
import type { Call } from './failures.ts'

/**
 * A response's name among the components: `unauthenticated-or-session_expired`. The refusals of a rate-limited call
 * bear its headers, and are others than those of a call without limits.
 */
const nameOf = (codes: readonly ErrorCode[], isLimited: boolean) =>
  codes.join('-or-') + (isLimited && !codes.includes('rate_limited') ? '-limited' : '')

const statusOf = (code: ErrorCode) => new AppError(code).status

export interface ProblemAnswers {
  /** By status: references to the shared responses. */
  readonly responses: Readonly<Record<string, { $ref: string }>>
  /** The shared responses that they mean, by name. */
  readonly components: Readonly<Record<string, object>>
}

export function problemAnswers(
  codes: readonly ErrorCode[],
  { isLimited }: Pick<Call, 'isLimited'>
): ProblemAnswers {
  const statuses = new Set(codes.map(statusOf))
  const responses: Record<string, { $ref: string }> = {}
  const components: Record<string, object> = {}
  for (const status of statuses) {
    const sameStatus = codes.filter(code => statusOf(code) === status)
    const name = nameOf(sameStatus, isLimited)
    responses[status] = { $ref: `#/components/responses/${name}` }
    components[name] = response(status, sameStatus, isLimited)
  }
  return { responses, components }
}

function response(status: number, codes: readonly ErrorCode[], isLimited: boolean) {
  const titles = codes.map(code => `${new AppError(code).title} (\`${code}\`)`)
  const narrowed = { type: 'object', required: ['code'], properties: { code: { enum: codes } } }
  const examples = codes.map(code => [code, { $ref: `#/components/examples/${code}` }])
  return {
    description: `${titles.join('; ')}.`,
    ...headersOf(status, isLimited),
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, narrowed] },
        examples: Object.fromEntries(examples)
      }
    }
  }
}

function headersOf(status: number, hasWindow: boolean) {
  const retry = status === 429 || status === 503
  const limits = hasWindow ? rateLimitHeaders : {}
  const headers = { ...(retry && { 'Retry-After': header('RetryAfter') }), ...limits }
  return Object.keys(headers).length > 0 ? { headers } : {}
}

const header = (name: string) => ({ $ref: `#/components/headers/${name}` })

/** On every answer of a rate-limited call that got past the gates. */
export const rateLimitHeaders = {
  'RateLimit-Policy': header('RateLimitPolicy'),
  RateLimit: header('RateLimit')
} as const

/** One example a code: what a person reads unless the case has a better sentence. */
export function problemExample(code: ErrorCode) {
  const error = new AppError(code)
  const value = problemOf(error, '8c3a1f6e-5d0b-4f8e-9a53-2f1f6f0e7b11')
  return { summary: error.title, value }
}
