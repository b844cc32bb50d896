/** Remembers for a while, for all instances, that something was asked about an account. */

import { createHmac, createSecretKey } from 'node:crypto'
import { integer } from '../redis/reply.ts'
import type { CountingOptions } from './counting.ts'
import { inTime } from './in-time.ts'
import { WindowCounters } from './window-counters.ts'

export interface MarksOptions extends CountingOptions {
  /** How long a mark lasts, in ms, from the last time it was set. */
  readonly life: number
}

/** Never fails: where Redis does not answer, what this process knows has to do. */
export interface Marks {
  set(marked: string): Promise<void>
  has(marked: string): Promise<boolean>
}

export function createMarks(options: MarksOptions): Marks {
  const { redis, prefix, life, deadline = 150 } = options
  const secret = createSecretKey(options.secret)
  const here = new WindowCounters(options.clock ?? Date.now)
  const nameOf = (marked: string) => createHmac('sha256', secret).update(marked).digest('base64url')
  const keyOf = (name: string) => `${prefix}m:{${name}}`

  return {
    async set(marked) {
      const name = nameOf(marked)
      // Here as well: Redis may be gone by the time somebody asks.
      here.restart(name, life)
      if (!redis) return
      const key = keyOf(name)
      await inTime(redis.send(key, 'SET', key, '1', 'PX', `${life}`), deadline).catch(ignore)
    },
    async has(marked) {
      const name = nameOf(marked)
      if (here.read(name).current > 0 || !redis) return here.read(name).current > 0
      const key = keyOf(name)
      const found = await inTime(redis.send(key, 'EXISTS', key), deadline).catch(ignore)
      return found !== undefined && integer(found) === 1
    }
  }
}

const ignore = () => undefined
