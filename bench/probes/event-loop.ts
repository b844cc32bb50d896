/** Loaded into a measured process before its program: how late its event loop was since it was last asked. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** In ms, of the main thread. */
export interface EventLoop {
  readonly p50: number
  readonly p99: number
  readonly longest: number
  /** Share of the time it was not waiting, from 0 to 1. */
  readonly utilisation: number
}

/** How often it looks, in ms: what holds the loop for less than this is not seen. */
const resolution = 1
const histogram = monitorEventLoopDelay({ resolution })
histogram.enable()
let before = performance.eventLoopUtilization()

process.on('message', (message: { kind?: string }) => {
  if (message.kind !== 'event-loop') return
  const now = performance.eventLoopUtilization()
  // Node counts from one look to the next: a loop that is never late shows the resolution.
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution)
  const value: EventLoop = {
    p50: late(histogram.percentile(50)),
    p99: late(histogram.percentile(99)),
    longest: late(histogram.max),
    utilisation: performance.eventLoopUtilization(now, before).utilization
  }
  process.send?.({ kind: 'event-loop', value })
  before = now
  histogram.reset()
})
