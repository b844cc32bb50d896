/** In an outage every request is refused for the same reason: the log says so a few times, then in sums. */
import type { FastifyBaseLogger } from 'fastify'
import { AppError } from '../errors.ts'

/** So many of a kind are warned of one by one in each window (ms); the rest are counted. */
const shown = 5
const window = 10_000

export interface Refusals {
  /** Whether this one is worth a warning of its own. */
  isNews(error: AppError): boolean
  /** Logs what has been counted. */
  flush(): void
}

export function createRefusals(log: FastifyBaseLogger): Refusals {
  const counts = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    for (const [kind, count] of counts) {
      const [code, reason] = kind.split(' ')
      const summed = count - shown
      const line = { event: 'requests_refused', code, reason, count: summed }
      if (summed > 0) log.warn(line, 'more requests were refused for this reason')
    }
    counts.clear()
  }

  return {
    isNews({ code, reason = '' }) {
      const kind = `${code} ${reason}`
      const count = (counts.get(kind) ?? 0) + 1
      counts.set(kind, count)
      timer ??= setTimeout(flush, window).unref()
      return count <= shown
    },
    flush
  }
}

// The sentence of a Lambda trigger, made fit to show a person.

/** In code points; longer is a stack or a page, not a sentence. */
const longest = 300

/** What the runtime of AWS Lambda says of a function that did not get to say anything itself. */
const ofTheRuntime =
  /^RequestId: |Runtime[. ](exited|\w*Error)|Task timed out after|\bCannot read propert|\bis not (a function|defined)\b/i

/**
 * The same error with the trigger's own words as its detail, where the trigger refused and said why. Control
 * and formatting characters become spaces; what is too long is cut.
 */
export function withTriggerText(error: AppError): AppError {
  const { code, trigger } = error
  if (code !== 'refused_by_trigger' || trigger === undefined) return error
  if (trigger.name === undefined || ofTheRuntime.test(trigger.text)) return error
  const text = trigger.text.replace(/[\p{C}\p{Z}\s]+/gu, ' ').trim()
  if (text === '') return error
  const points = [...text]
  const detail = points.length > longest ? `${points.slice(0, longest - 1).join('')}…` : text
  const { reason, cause } = error
  return new AppError(code, { detail, trigger, cause, ...(reason !== undefined && { reason }) })
}
