/** In an outage every request is refused for the same reason: the log says so a few times, then in sums. */
import type { FastifyBaseLogger } from 'fastify'
import type { AppError } from '../errors.ts'

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
