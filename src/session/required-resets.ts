/** Keeps which accounts must be reset before a login, for all instances. */

import { createHmac, randomBytes } from 'node:crypto'
import type { RequiredResets } from '../auth/required-resets.ts'
import { integer, type RedisConnection, redisScript } from '../redis/connection.ts'
import type { Secret } from './shared-secret.ts'

export interface RequiredResetsOptions {
  /** Without one, this process remembers by itself: local runs. */
  readonly redis?: RedisConnection
  /** Hides whose accounts they are. The same for all instances. */
  readonly secret: Secret
  /** Goes before every key. */
  readonly prefix: string
}

/** KEYS demands. ARGV demand. A fail-over must not lose it: the account is confirmed next. */
const addDemand = redisScript(`return redis.call('SADD', KEYS[1], ARGV[1])`)

/**
 * A set of demands for each account, without a time to live: nothing but a reset makes the password its owner's.
 * Several confirmations may be under way at once, and each takes back its own demand only.
 */
export function createRequiredResets(options: RequiredResetsOptions): RequiredResets {
  const { redis, prefix, secret } = options
  const here = new Map<string, Set<string>>()
  const keyOf = async (email: string) => {
    const name = createHmac('sha256', await secret()).update(email.toLowerCase())
    return `${prefix}h:{${name.digest('base64url')}}`
  }

  return {
    async add(email) {
      const demand = randomBytes(12).toString('base64url')
      const key = await keyOf(email)
      if (redis) integer(await redis.runReplicated(addDemand, [key], [demand]))
      else here.set(key, new Set(here.get(key)).add(demand))
      return demand
    },
    async withdraw(email, demand) {
      const key = await keyOf(email)
      if (redis) integer(await redis.send(key, 'SREM', key, demand))
      else if (here.get(key)?.delete(demand) && here.get(key)?.size === 0) here.delete(key)
    },
    async clear(email) {
      const key = await keyOf(email)
      if (redis) integer(await redis.send(key, 'DEL', key))
      else here.delete(key)
    },
    async isRequired(email) {
      const key = await keyOf(email)
      if (!redis) return here.has(key)
      return integer(await redis.send(key, 'EXISTS', key)) === 1
    }
  }
}
