/** Remembers for a while, for all instances, that something was asked about an account. */

import { integer } from '../redis/connection.ts'
import { type CountingOptions, hiddenName, inTime, WindowCounters } from './counters.ts'

export interface MarksOptions extends CountingOptions {
  /** How long a mark lasts, in ms, from the last time it was set. */
  readonly life: number
}

/** Never fails: where Redis does not answer, what this process knows has to do. */
export interface Marks {
  set(marked: string): Promise<void>
  has(marked: string): Promise<boolean>
  remove(marked: string): Promise<void>
}

export function createMarks(options: MarksOptions): Marks {
  const { redis, prefix, secret, life, deadline = 150 } = options
  const here = new WindowCounters(options.clock ?? Date.now)

  /** Runs a command about the key of a mark. Undefined where Redis does not answer in time. */
  function ask(marked: string, command: string, ...args: string[]): Promise<unknown> {
    if (!redis) return Promise.resolve()
    const work = hiddenName(secret, marked).then(name => {
      const key = `${prefix}m:{${name}}`
      return redis.send(key, command, key, ...args)
    })
    return inTime(work, deadline).catch(() => undefined)
  }

  return {
    async set(marked) {
      // Here as well: Redis may be gone by the time somebody asks.
      here.restart(marked, life)
      await ask(marked, 'SET', '1', 'PX', `${life}`)
    },
    async has(marked) {
      if (here.read(marked).current > 0) return true
      const found = await ask(marked, 'EXISTS')
      return found !== undefined && integer(found) === 1
    },
    async remove(marked) {
      here.forget(marked)
      await ask(marked, 'DEL')
    }
  }
}
