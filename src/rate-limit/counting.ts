/** What everything needs that counts for all instances, and for this one alone while Redis does not answer. */
import type { RedisConnection } from '../redis/connection.ts'

export interface CountingOptions {
  /** Without one, this process counts for itself: local runs. */
  readonly redis?: RedisConnection
  /** Hides who is counted: accounts are addresses. The same for all instances. */
  readonly secret: Buffer
  /** Goes before every key. */
  readonly prefix: string
  /** How long Redis may take in ms, 150 unless told, before this process counts for itself. */
  readonly deadline?: number
  readonly clock?: () => number
}
