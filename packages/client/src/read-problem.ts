/** Turns a refusal as it came over the wire into a ProblemError. */
import { ProblemError, type Refusal } from './problem.ts'

/** The problem in an answer; undefined where the answer is none (`application/problem+json`, RFC 9457). */
export async function readProblem(response: Response): Promise<ProblemError | undefined> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return
  const document = await response.json().catch(() => undefined)
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return toProblem(response, document, Number.isFinite(seconds) ? seconds : undefined)
}

/** For an answer that is neither a problem document nor what was asked for: a proxy's own page, say. */
export function unexpected(response: Response): ProblemError {
  return toProblem(response, undefined)
}

function toProblem({ status }: Response, document: unknown, seconds?: number): ProblemError {
  const unknown: Refusal = {
    code: status < 400 ? 'network_error' : status < 500 ? 'invalid_request' : 'internal_error',
    title: 'Something went wrong',
    status,
    detail: 'Something went wrong. Try again.'
  }
  return new ProblemError({ ...unknown, ...Object(document) }, seconds)
}
