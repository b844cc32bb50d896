/** Remembers for all instances how the pool behaves. */

import type { BehaviourMemory, LearnedOutcome, PoolAction } from '../auth/pool-behaviour.ts'
import { bufferOrNull, type RedisConnection } from '../redis/connection.ts'

export interface BehaviourMemoryOptions {
  /** Without one, this process remembers by itself: local runs. */
  readonly redis?: RedisConnection
  readonly prefix: string
}

/** A pool that was changed is learned again after so long without the old behaviour (ms). */
const life = 7 * 86_400_000

export function createBehaviourMemory(options: BehaviourMemoryOptions): BehaviourMemory {
  const { redis, prefix } = options
  const here = new Map<PoolAction, LearnedOutcome>()
  const keyOf = (action: PoolAction) => `${prefix}p:{${action}}`

  return {
    async load(action) {
      const own = here.get(action)
      if (!redis) return own
      const key = keyOf(action)
      const read = redis.send(key, 'GET', key).then(bufferOrNull)
      return read.then(
        text => (text === null ? undefined : parse(text.toString())),
        () => own
      )
    },
    async save(action, learned) {
      here.set(action, learned)
      if (!redis) return
      const key = keyOf(action)
      const text = JSON.stringify(learned)
      await redis.send(key, 'SET', key, text, 'PX', `${life}`).catch(() => undefined)
    }
  }
}

/** What another instance has written: the same program, maybe of another version. */
function parse(text: string): LearnedOutcome | undefined {
  const value: unknown = JSON.parse(text)
  const isLearned = typeof value === 'object' && value !== null && 'told' in value
  return isLearned ? (value as LearnedOutcome) : undefined // by `save` above
}
