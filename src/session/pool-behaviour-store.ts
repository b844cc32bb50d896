/** Remembers for all instances how the pool behaves. */

import type { BehaviourMemory, Learned, Question } from '../auth/pool-behaviour.ts'
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
  const here = new Map<Question, Learned>()
  const keyOf = (question: Question) => `${prefix}p:{${question}}`

  return {
    async recall(question) {
      const own = here.get(question)
      if (!redis) return own
      const key = keyOf(question)
      const read = redis.send(key, 'GET', key).then(bufferOrNull)
      return read.then(
        text => (text === null ? undefined : parse(text.toString())),
        () => own
      )
    },
    async keep(question, learned) {
      here.set(question, learned)
      if (!redis) return
      const key = keyOf(question)
      const text = JSON.stringify(learned)
      await redis.send(key, 'SET', key, text, 'PX', `${life}`).catch(() => undefined)
    }
  }
}

/** What another instance has written: the same program, maybe of another version. */
function parse(text: string): Learned | undefined {
  const value: unknown = JSON.parse(text)
  const isLearned = typeof value === 'object' && value !== null && 'told' in value
  return isLearned ? (value as Learned) : undefined // by `keep` above
}
