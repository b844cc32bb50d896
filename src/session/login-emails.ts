/**
 * Remembers which user a login name (an email, mostly) has led to, and refuses logins under it that began before
 * an end. A reset of the password proves the email and nothing else, and has to end that user's sessions and
 * logins.
 */

import { createHmac, hkdfSync } from 'node:crypto'
import type { Clock } from '../auth/identity-provider.ts'
import { bufferOrNull, integer, type RedisConnection, redisScript } from '../redis/connection.ts'
import { open, seal } from './crypto.ts'
import { ExpiringMap } from './expiring-map.ts'
import { raise, readNumber } from './redis-ends.ts'
import type { Secret } from './shared-secret.ts'
import { notBeforeLife } from './user-sessions.ts'

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

/** Names are compared without regard to case, as pools do. All throw AppError `store_unavailable`. */
export interface Addresses {
  remember(name: string, sub: string): Promise<void>
  /**
   * The same for a login that began at `since`, in one step with the look at the not-before of the name. False
   * where it began before that; nothing is remembered then.
   */
  enter(name: string, sub: string, since: number): Promise<boolean>
  /** The user's `sub`, where a session was begun under this name lately. */
  userOf(name: string): Promise<string | undefined>
  /** Refuses logins under this name that began before `notBefore`. Never moves backwards. */
  refuseBefore(name: string, notBefore: number): Promise<void>
  /** The not-before of a name; 0 where there is none. */
  notBefore(name: string): Promise<number>
}

/** Names this process remembers by itself, at the most. */
const mostHere = 10_000

/** KEYS user, not-before. ARGV sealed sub, life, since ('' for no login). */
const rememberUser = redisScript(`
local since = tonumber(ARGV[3])
if since and since < tonumber(redis.call('GET', KEYS[2]) or 0) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`)

export function createAddresses(options: AddressesOptions): Addresses {
  const kept = options.redis ? keptInRedis(options.redis, options) : keptHere(options)
  const plain = (name: string) => name.toLowerCase()
  return {
    async remember(name, sub) {
      await kept.enter(plain(name), sub, Number.POSITIVE_INFINITY)
    },
    enter: (name, sub, since) => kept.enter(plain(name), sub, since),
    userOf: name => kept.userOf(plain(name)),
    refuseBefore: (name, notBefore) => kept.refuseBefore(plain(name), notBefore),
    notBefore: name => kept.notBefore(plain(name))
  }
}

/** The same, of names in lower case. */
type Kept = Omit<Addresses, 'remember'>

function keptInRedis(
  redis: RedisConnection,
  { prefix, life, secret }: Pick<AddressesOptions, 'prefix' | 'life' | 'secret'>
): Kept {
  async function placeOf(plainName: string) {
    const key = await secret()
    const name = createHmac('sha256', key).update(plainName).digest('base64url')
    const sealing = Buffer.from(hkdfSync('sha256', key, '', 'addresses', 32))
    return { name, sealing, user: `${prefix}a:{${name}}`, notBefore: `${prefix}n:{${name}}` }
  }
  return {
    async enter(plainName, sub, since) {
      const { name, sealing, user, notBefore } = await placeOf(plainName)
      const sealed = seal(sealing, 0, name, Buffer.from(sub))
      const began = Number.isFinite(since) ? `${since}` : ''
      const args = [sealed, `${life}`, began]
      return integer(await redis.run(rememberUser, [user, notBefore], args)) === 1
    },
    async userOf(plainName) {
      const { name, sealing, user } = await placeOf(plainName)
      const sealed = bufferOrNull(await redis.send(user, 'GET', user))
      return sealed === null ? undefined : (open(sealing, name, sealed)?.toString() ?? undefined)
    },
    async refuseBefore(plainName, at) {
      await raise(redis, (await placeOf(plainName)).notBefore, at, notBeforeLife)
    },
    notBefore: async plainName => readNumber(redis, (await placeOf(plainName)).notBefore)
  }
}

function keptHere({ clock = Date.now, life }: Pick<AddressesOptions, 'clock' | 'life'>): Kept {
  const users = new ExpiringMap<string>(clock)
  const notBefores = new ExpiringMap<number>(clock)
  const notBefore = (name: string) => notBefores.get(name) ?? 0
  return {
    async enter(name, sub, since) {
      if (since < notBefore(name)) return false
      if (users.size >= mostHere) users.sweep()
      users.set(name, sub, life)
      return true
    },
    userOf: async name => users.get(name),
    async refuseBefore(name, at) {
      if (at > notBefore(name)) notBefores.set(name, at, notBeforeLife)
    },
    notBefore: async name => notBefore(name)
  }
}
