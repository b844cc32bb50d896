/** What everything needs that counts for all instances, and for this one alone while Redis does not answer. */
import { createHmac } from 'node:crypto'
import type { RedisConnection } from '../redis/connection.ts'

/** 32 bytes. @throws AppError `store_unavailable` */
export type Secret = () => Promise<Buffer>

export interface CountingOptions {
  /** Without one, this process counts for itself: local runs. */
  readonly redis?: RedisConnection
  /** Hides who is counted: accounts are addresses. The same for all instances. */
  readonly secret: Secret
  /** Goes before every key. */
  readonly prefix: string
  /** How long Redis may take in ms, 150 unless told, before this process counts for itself. */
  readonly deadline?: number
  readonly clock?: () => number
}

/** The name under which `counted` stands in Redis. */
export async function hiddenName(secret: Secret, counted: string): Promise<string> {
  return createHmac('sha256', await secret())
    .update(counted)
    .digest('base64url')
}
