/**
 * Remembers whose sessions were begun under an email address. A reset of the password proves the address and
 * nothing else, and has to end that user's sessions.
 */

import { createHmac, createSecretKey, hkdfSync } from 'node:crypto'
import type { Clock } from '../auth/ports.ts'
import type { RedisConnection } from '../redis/connection.ts'
import { bufferOrNull } from '../redis/reply.ts'
import { ExpiringMap } from './expiring-map.ts'
import { open, seal } from './seal.ts'

export interface AddressesOptions {
  /** Without one, this process remembers by itself: local runs. */
  readonly redis?: RedisConnection
  /** Hides addresses and users. The same for all instances. */
  readonly secret: Buffer
  /** Goes before every key. */
  readonly prefix: string
  /** As long as a session can live, in ms. */
  readonly life: number
  readonly clock?: Clock
}

export interface Addresses {
  /** @throws AppError `store_unavailable` */
  remember(email: string, sub: string): Promise<void>
  /** The user's `sub`, where a session was begun under this address lately. @throws AppError `store_unavailable` */
  userOf(email: string): Promise<string | undefined>
}

/** Addresses this process remembers by itself, at the most. */
const mostHere = 10_000

export function createAddresses(options: AddressesOptions): Addresses {
  const { redis, prefix, life, secret } = options
  const here = new ExpiringMap<string>(options.clock ?? Date.now)
  const naming = createSecretKey(secret)
  const sealing = Buffer.from(hkdfSync('sha256', secret, '', 'addresses', 32))
  const nameOf = (email: string) =>
    createHmac('sha256', naming).update(email.toLowerCase()).digest('base64url')
  const keyOf = (name: string) => `${prefix}a:{${name}}`

  return {
    async remember(email, sub) {
      const name = nameOf(email)
      if (!redis) {
        if (here.size >= mostHere) here.sweep()
        return here.set(name, sub, life)
      }
      const key = keyOf(name)
      const sealed = seal(sealing, 0, name, Buffer.from(sub))
      await redis.send(key, 'SET', key, sealed, 'PX', `${life}`)
    },
    async userOf(email) {
      const name = nameOf(email)
      if (!redis) return here.get(name)
      const key = keyOf(name)
      const sealed = bufferOrNull(await redis.send(key, 'GET', key))
      return sealed === null ? undefined : (open(sealing, name, sealed)?.toString() ?? undefined)
    }
  }
}
