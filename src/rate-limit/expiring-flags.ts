/** Flags about accounts that expire by themselves, shared by all instances. */

import { integer } from '../redis/connection.ts'
import { withinDeadline } from '../redis/deadline.ts'
import { hashedName, type SharedCounterOptions, WindowCounters } from './counters.ts'

export interface ExpiringFlagsOptions extends SharedCounterOptions {
  /** How long a flag lasts after it was last set (ms). */
  readonly ttl: number
}

/** Never fails: while Redis does not reply, the flags of this process are used. */
export interface ExpiringFlags {
  set(subject: string): Promise<void>
  has(subject: string): Promise<boolean>
  remove(subject: string): Promise<void>
}

export function createExpiringFlags(options: ExpiringFlagsOptions): ExpiringFlags {
  const { redis, prefix, secret, ttl, deadline = 150 } = options
  const local = new WindowCounters(options.clock ?? Date.now)

  /** Sends a command about the key of a flag. Undefined where Redis does not reply in time. */
  function send(subject: string, command: string, ...args: string[]): Promise<unknown> {
    if (!redis) return Promise.resolve()
    const reply = hashedName(secret, subject).then(name => {
      const key = `${prefix}m:{${name}}`
      return redis.send(key, command, key, ...args)
    })
    return withinDeadline(reply, deadline).catch(() => undefined)
  }

  return {
    async set(subject) {
      // Always in this process, too: Redis may be away when the flag is read.
      local.restart(subject, ttl)
      await send(subject, 'SET', '1', 'PX', `${ttl}`)
    },
    async has(subject) {
      if (local.read(subject).current > 0) return true
      const reply = await send(subject, 'EXISTS')
      return reply !== undefined && integer(reply) === 1
    },
    async remove(subject) {
      local.delete(subject)
      await send(subject, 'DEL')
    }
  }
}
