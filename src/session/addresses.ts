/**
 * Remembers whose sessions were begun under an email address. A reset of the password proves the address and
 * nothing else, and has to end that user's sessions.
 */

import { createHmac, hkdfSync } from 'node:crypto'
import type { Clock } from '../auth/ports.ts'
import type { RedisConnection } from '../redis/connection.ts'
import { bufferOrNull } from '../redis/reply.ts'
import { ExpiringMap } from './expiring-map.ts'
import { open, seal } from './seal.ts'
import type { Secret } from './shared-secret.ts'

export interface AddressesOptions {
  /** Without one, this process remembers by itself: local runs. */
  readonly redis?: RedisConnection
  /** Hides addresses and users. The same for all instances. */
  readonly secret: Secret
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

  async function placeOf(email: string) {
    const key = await secret()
    const name = createHmac('sha256', key).update(email).digest('base64url')
    const sealing = Buffer.from(hkdfSync('sha256', key, '', 'addresses', 32))
    return { name, key: `${prefix}a:{${name}}`, sealing }
  }

  return {
    async remember(address, sub) {
      const email = address.toLowerCase()
      if (!redis) {
        if (here.size >= mostHere) here.sweep()
        return here.set(email, sub, life)
      }
      const { name, key, sealing } = await placeOf(email)
      const sealed = seal(sealing, 0, name, Buffer.from(sub))
      await redis.send(key, 'SET', key, sealed, 'PX', `${life}`)
    },
    async userOf(address) {
      const email = address.toLowerCase()
      if (!redis) return here.get(email)
      const { name, key, sealing } = await placeOf(email)
      const sealed = bufferOrNull(await redis.send(key, 'GET', key))
      return sealed === null ? undefined : (open(sealing, name, sealed)?.toString() ?? undefined)
    }
  }
}
