/** A store for @fastify/rate-limit over Redis: counts for all instances, and in this process while Redis is away. */

import { integers, type RedisConnection, redisScript } from '../redis/connection.ts'
import { withinDeadline } from '../redis/deadline.ts'
import { type Count, hashedName, type SharedCounterOptions, WindowCounters } from './counters.ts'

export interface RateLimitStoreOptions extends Omit<SharedCounterOptions, 'prefix'> {
  /** Starts every Redis key; `bff:` by default. */
  readonly prefix?: string
  /** Called for each count made without Redis. */
  readonly onFallback?: (error: unknown) => void
}

/**
 * Counts, and returns the count and the rest of the window (ms). A counter that has lost its time to live, for
 * whatever reason, gets a new one. KEYS counter. ARGV window (ms), how much to add (0: read only).
 */
const countScript = redisScript(`
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
if ARGV[2] ~= '0' then count = redis.call('INCRBY', KEYS[1], ARGV[2]) end
if count == 0 then return { 0, 0 } end
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return { count, left }`)

/** The store as the plugin calls it (its index.js; its types leave out `read`). */
export interface RateLimitStore {
  incr(key: string, callback: Callback, window: number): void
  /** For calls of the plugin with `{ increment: false }`. */
  read(key: string, callback: Callback, window: number): void
  child(settings: object): RateLimitStore
}

export type RateLimitStoreClass = new (settings: object) => RateLimitStore

type Callback = (error: Error | null, count?: Count) => void

type CountKey = (key: string, window: number, add: 0 | 1) => Promise<Count>

/**
 * A class for the option `store` of @fastify/rate-limit 11.2. Each route has its own count, unless it
 * has a `groupId`: routes of one group share a count. A limiter without a route has no name
 * of its own: its key generator must include what it counts.
 */
export function rateLimitStore(options: RateLimitStoreOptions): RateLimitStoreClass {
  const countKey = counterOf(options)
  return class extends RouteCounters {
    constructor(settings: object) {
      super(countKey, '', settings)
    }
  }
}

class RouteCounters implements RateLimitStore {
  readonly #countKey: CountKey
  readonly #name: string

  constructor(countKey: CountKey, name: string, settings: object) {
    refuseUnsupported(settings)
    this.#countKey = countKey
    this.#name = name
  }

  incr(key: string, callback: Callback, window: number): void {
    this.#respond(key, callback, window, 1)
  }

  read(key: string, callback: Callback, window: number): void {
    this.#respond(key, callback, window, 0)
  }

  child(settings: object): RouteCounters {
    return new RouteCounters(this.#countKey, routeName(settings), settings)
  }

  #respond(key: string, callback: Callback, window: number, add: 0 | 1): void {
    this.#countKey(`${this.#name} ${key}`, window, add).then(
      count => callback(null, count),
      error => callback(error)
    )
  }
}

function counterOf(options: RateLimitStoreOptions): CountKey {
  const { redis, prefix = 'bff:', secret, deadline = 150, onFallback } = options
  const counters = new WindowCounters(options.clock ?? Date.now)
  return async (subject, window, add) => {
    const keyOf = async () => `${prefix}r:{${await hashedName(secret, subject)}}`
    try {
      if (redis)
        return await withinDeadline(countInRedis(redis, await keyOf(), window, add), deadline)
    } catch (error) {
      // Whatever the error: a limit for each instance is better than none.
      onFallback?.(error)
    }
    return add === 1 ? counters.increment(subject, window) : counters.read(subject)
  }
}

async function countInRedis(
  redis: RedisConnection,
  key: string,
  window: number,
  add: 0 | 1
): Promise<Count> {
  const [current, ttl] = integers(await redis.run(countScript, [key], [`${window}`, `${add}`]))
  if (current === undefined || ttl === undefined)
    throw new TypeError('The script returned too few numbers')
  return { current, ttl }
}

/** The argument of `child`: settings of the plugin and the route, merged (its mergeParams). */
interface RouteSettings {
  readonly groupId?: string
  readonly routeInfo?: { readonly method?: string | string[]; readonly url?: string }
}

function routeName(settings: RouteSettings): string {
  const { groupId, routeInfo } = settings
  if (groupId !== undefined) return `group ${groupId}`
  return routeInfo?.url === undefined ? '' : `${routeInfo.method} ${routeInfo.url}`
}

/** @throws TypeError for settings that this store would ignore silently */
function refuseUnsupported(settings: {
  continueExceeding?: boolean
  exponentialBackoff?: boolean
}) {
  if (settings.continueExceeding || settings.exponentialBackoff) {
    throw new TypeError(
      'The rate limits have fixed windows: no continueExceeding, no exponentialBackoff'
    )
  }
}
