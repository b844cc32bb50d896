/** Load shedding: under pressure a request gets 503 at once, before any work. */
import { getHeapStatistics } from 'node:v8'
import underPressure from '@fastify/under-pressure'
import plugin from 'fastify-plugin'
import type { PressureLimits } from '../src/config/operations.ts'
import { AppError } from '../src/errors.ts'

const mebibyte = 1024 * 1024
/** How often pressure is measured, in ms. */
const sampleInterval = 1000

export default plugin(
  async (app, { pressure }: { pressure: PressureLimits }) => {
    const { eventLoopDelay, heapPercent, rssMegabytes } = pressure
    const isLasting = lasting()
    await app.register(underPressure, {
      sampleInterval,
      maxEventLoopDelay: eventLoopDelay,
      maxHeapUsedBytes: (getHeapStatistics().heap_size_limit * heapPercent) / 100,
      maxRssBytes: rssMegabytes * mebibyte,
      pressureHandler: (_request, _reply, type, value = 0) => {
        if (type === underPressure.TYPE_EVENT_LOOP_DELAY && !isLasting(value)) return
        throw new AppError('service_unavailable', { reason: type })
      }
    })
  },
  { name: 'pressure' }
)

/**
 * Whether a late event loop was so in the measurement before, too. A single one says little: the mean over a
 * second is high after any long pause, be it a collection of garbage or a machine that was asleep.
 */
function lasting(): (delay: number) => boolean {
  let last: number | undefined
  let seenAt = Number.NEGATIVE_INFINITY
  let isLasting = false
  return delay => {
    if (delay === last) return isLasting
    const now = performance.now()
    // A loop that is late measures late: by its own delay, which is infinite after a pause without a tick.
    isLasting = now - seenAt < 2 * (sampleInterval + Math.min(delay, 10_000))
    last = delay
    seenAt = now
    return isLasting
  }
}
