/** Turns a refusal as it came over the wire into a ProblemError. */
import { type ProblemCode, ProblemError } from './problem.ts'
import type { ProblemDocument } from './types.ts'

/** What the `type` of the service's own documents begins with. */
const ownType = 'urn:cognito-bff:problem:'

/**
 * The problem in an answer of the service (RFC 9457). Undefined for any other answer, whose body stays unread:
 * an API behind `/api` has problem documents of its own.
 */
export async function readProblem(response: Response): Promise<ProblemError | undefined> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return
  const text = await response.clone().text()
  const document = parsed(text)
  return isOwn(document) ? new ProblemError(document, retryAfterOf(response)) : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isOwn(document: unknown): document is ProblemDocument {
  return String(Object(document).type).startsWith(ownType)
}

const away = ['network_error', 'The service cannot be reached. Try again in a moment.'] as const
const meanings: Readonly<Record<number, readonly [ProblemCode, string]>> = {
  413: ['payload_too_large', 'This is too large to be sent.'],
  429: ['rate_limited', 'Too many requests. Wait a little and try again.'],
  502: away,
  503: away,
  504: away
}

/** For an answer that is neither the service's refusal nor what was asked for: a proxy's own page, say. */
export function unexpected(response: Response): ProblemError {
  const { status } = response
  const other = status < 400 ? 'network_error' : status < 500 ? 'invalid_request' : 'internal_error'
  const [code, detail] = meanings[status] ?? [other, 'Something went wrong. Try again.']
  const title = 'Something went wrong'
  return new ProblemError({ code, title, status, detail }, retryAfterOf(response))
}

/** In seconds, from either form that the header has (RFC 9110 10.2.3). */
function retryAfterOf({ headers }: Response): number | undefined {
  const value = headers.get('retry-after') ?? ''
  if (/^\d+$/.test(value)) return Number(value)
  const now = Date.parse(headers.get('date') ?? '') || Date.now()
  const seconds = Math.ceil((Date.parse(value) - now) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.max(seconds, 0)
}
