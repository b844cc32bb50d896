/** What a soak gives. */
import type { Memory } from './probes/memory.ts'

export interface Soak {
  readonly seconds: number
  readonly requests: number
  /** Requests a second. */
  readonly rate: number
  readonly refused: number
  /** Under load, at even distances; no collection is forced meanwhile. */
  readonly samples: readonly Sample[]
  /** Without load, garbage collected: after the warm-up, and at the end. */
  readonly before: Memory
  readonly after: Memory
}

/** In MB. */
export interface Sample extends Memory {
  /** Seconds since the load began. */
  readonly at: number
}
