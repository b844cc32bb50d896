/**
 * Loaded into a measured process before its program, with --expose-gc: what its memory consists of. `memory`
 * only looks; `live` collects garbage first, and is asked while there is no load.
 */
import { constants, PerformanceObserver } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'

/** In MB. */
export interface Memory {
  readonly rss: number
  readonly heapTotal: number
  readonly heapUsed: number
  /** Memory of C++ objects that belong to JavaScript ones. */
  readonly external: number
  readonly arrayBuffers: number
  /** Heap used when the last major collection that V8 made by itself was over: what lives, and a little more. */
  readonly afterMajor: number
}

let afterMajor = 0
new PerformanceObserver(list => {
  const isMajor = list.getEntries().some(entry => kindOf(entry) === major)
  if (isMajor) afterMajor = process.memoryUsage().heapUsed
}).observe({ entryTypes: ['gc'] })

const major = constants.NODE_PERFORMANCE_GC_MAJOR

/** The types of Node 20 do not know of the detail. */
function kindOf(entry: object): unknown {
  const detail: unknown = 'detail' in entry ? entry.detail : undefined
  return typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined
}

function memory(): Memory {
  const { rss, heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage()
  return {
    rss: rss / 1e6,
    heapTotal: heapTotal / 1e6,
    heapUsed: heapUsed / 1e6,
    external: external / 1e6,
    arrayBuffers: arrayBuffers / 1e6,
    afterMajor: afterMajor / 1e6
  }
}

/** Twice and with turns of the loop between: what finalisers let go of goes with the second. */
async function live(): Promise<Memory> {
  for (let i = 0; i < 2; i++) {
    globalThis.gc?.()
    await turn()
  }
  return memory()
}

process.on('message', async (message: { kind?: string }) => {
  if (message.kind === 'memory') process.send?.({ kind: 'memory', value: memory() })
  if (message.kind === 'live') process.send?.({ kind: 'live', value: await live() })
})
