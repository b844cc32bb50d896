/** The store of @fastify/rate-limit over Redis: counts for all instances, never without limit. */

import { integers, type RedisConnection, redisScript } from '../redis/connection.ts'
import { type Count, type CountingOptions, hiddenName, inTime, WindowCounters } from './counters.ts'

export interface RateLimitStoreOptions extends Omit<CountingOptions, 'prefix'> {
  /** Goes before every key, `bff:` unless told. */
  readonly prefix?: string
  /** Told of each decision that Redis had no part in. */
  readonly onFallback?: (error: unknown) => void
}

/**
 * Counts and tells what is left of the window, in one step. A counter without an end gets one,
 * however it came to lose it. KEYS counter. ARGV window in ms, how much to add (0: look only).
 */
const count = redisScript(`
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
if ARGV[2] ~= '0' then count = redis.call('INCRBY', KEYS[1], ARGV[2]) end
if count == 0 then return { 0, 0 } end
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return { count, left }`)

/** The store as the plugin knows it (its index.js; its types leave out `read`). */
export interface RateLimitStore {
  incr(key: string, callback: Callback, window: number): void
  /** The plugin asks so where it is called with `{ increment: false }`. */
  read(key: string, callback: Callback, window: number): void
  child(settings: object): RateLimitStore
}

export type RateLimitStoreClass = new (settings: object) => RateLimitStore

type Callback = (error: Error | null, count?: Count) => void

type Decide = (key: string, window: number, add: 0 | 1) => Promise<Count>

/**
 * A class for the option `store` of @fastify/rate-limit 11.2. Each route counts apart, unless it
 * has a `groupId`: routes of one group count together. A limiter made without a route has no name
 * of its own: its key generator must say what it counts.
 */
export function rateLimitStore(options: RateLimitStoreOptions): RateLimitStoreClass {
  const decide = decider(options)
  return class extends RouteCounters {
    constructor(settings: object) {
      super(decide, '', settings)
    }
  }
}

class RouteCounters implements RateLimitStore {
  readonly #decide: Decide
  readonly #name: string

  constructor(decide: Decide, name: string, settings: object) {
    refuseUnsupported(settings)
    this.#decide = decide
    this.#name = name
  }

  incr(key: string, callback: Callback, window: number): void {
    this.#answer(key, callback, window, 1)
  }

  read(key: string, callback: Callback, window: number): void {
    this.#answer(key, callback, window, 0)
  }

  child(settings: object): RouteCounters {
    return new RouteCounters(this.#decide, routeName(settings), settings)
  }

  #answer(key: string, callback: Callback, window: number, add: 0 | 1): void {
    this.#decide(`${this.#name} ${key}`, window, add).then(
      count => callback(null, count),
      error => callback(error)
    )
  }
}

function decider(options: RateLimitStoreOptions): Decide {
  const { redis, prefix = 'bff:', secret, deadline = 150, onFallback } = options
  const counters = new WindowCounters(options.clock ?? Date.now)
  return async (counted, window, add) => {
    const keyOf = async () => `${prefix}r:{${await hiddenName(secret, counted)}}`
    try {
      if (redis) return await inTime(remote(redis, await keyOf(), window, add), deadline)
    } catch (error) {
      // Whatever is wrong with Redis: a limit for each instance is better than none.
      onFallback?.(error)
    }
    return add === 1 ? counters.increment(counted, window) : counters.read(counted)
  }
}

async function remote(
  redis: RedisConnection,
  key: string,
  window: number,
  add: 0 | 1
): Promise<Count> {
  const [current, ttl] = integers(await redis.run(count, [key], [`${window}`, `${add}`]))
  if (current === undefined || ttl === undefined)
    throw new TypeError('The script answered too little')
  return { current, ttl }
}

/** What `child` is given: settings of plugin and route together (its mergeParams). */
interface RouteSettings {
  readonly groupId?: string
  readonly routeInfo?: { readonly method?: string | string[]; readonly url?: string }
}

function routeName(settings: RouteSettings): string {
  const { groupId, routeInfo } = settings
  if (groupId !== undefined) return `group ${groupId}`
  return routeInfo?.url === undefined ? '' : `${routeInfo.method} ${routeInfo.url}`
}

/** Settings that would be dropped in silence otherwise. */
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
