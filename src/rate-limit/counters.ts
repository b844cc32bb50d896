/** Counts in this process, in fixed windows: the limit that is left when Redis does not answer. */
import { createHmac } from 'node:crypto'
import type { RedisConnection } from '../redis/connection.ts'

export interface Count {
  readonly current: number
  /** Time that is left of the window, in ms; 0 where nothing is counted. */
  readonly ttl: number
}

interface Window {
  count: number
  readonly endsAt: number
}

/** Keys beyond this number push out the oldest: a flood of addresses must not fill the memory. */
const mostKeys = 50_000

export class WindowCounters {
  readonly #windows = new Map<string, Window>()
  readonly #clock: () => number
  readonly #most: number

  /** `clock` in ms. */
  constructor(clock: () => number, most = mostKeys) {
    this.#clock = clock
    this.#most = most
  }

  /** Counts one more; the first of a key begins a window of `length` ms. */
  increment(key: string, length: number): Count {
    const now = this.#clock()
    const window = this.#current(key, now) ?? this.#begin(key, now + length)
    window.count += 1
    return { current: window.count, ttl: window.endsAt - now }
  }

  /** Begins a window of `length` ms anew, with a count of one unless told. */
  restart(key: string, length: number, count = 1): void {
    this.#begin(key, this.#clock() + length).count = count
  }

  /** Takes one back from what the window has counted. */
  decrement(key: string): void {
    const window = this.#current(key, this.#clock())
    if (window && window.count > 0) window.count -= 1
  }

  forget(key: string): void {
    this.#windows.delete(key)
  }

  read(key: string): Count {
    const now = this.#clock()
    const window = this.#current(key, now)
    return window ? { current: window.count, ttl: window.endsAt - now } : { current: 0, ttl: 0 }
  }

  #current(key: string, now: number): Window | undefined {
    const window = this.#windows.get(key)
    return window && window.endsAt > now ? window : undefined
  }

  #begin(key: string, endsAt: number): Window {
    const window = { count: 0, endsAt }
    this.#windows.delete(key)
    this.#windows.set(key, window)
    // A Map keeps the order of insertion: its first key is the oldest.
    const [oldest] = this.#windows.keys()
    if (this.#windows.size > this.#most && oldest !== undefined) this.#windows.delete(oldest)
    return window
  }
}

// What everything needs that counts for all instances, and for this one alone while Redis does not answer.

/** 32 bytes. @throws AppError `store_unavailable` */
export type Secret = () => Promise<Buffer>

export interface CountingOptions {
  /** Without one, this process counts for itself: local runs. */
  readonly redis?: RedisConnection
  /** Hides who is counted: accounts are addresses. The same for all instances. */
  readonly secret: Secret
  /** Goes before every key. */
  readonly prefix: string
  /** How long Redis may take in ms, 150 unless told, before this process counts for itself. */
  readonly deadline?: number
  readonly clock?: () => number
}

/** The name under which `counted` stands in Redis. */
export async function hiddenName(secret: Secret, counted: string): Promise<string> {
  return createHmac('sha256', await secret())
    .update(counted)
    .digest('base64url')
}

// Gives up on Redis where an answer without it is better than a late one.

/** @throws Error where `work` takes longer than `deadline` ms, and whatever `work` throws */
export function inTime<T>(work: Promise<T>, deadline: number): Promise<T> {
  return new Promise((resolve, reject) => {
    // One more turn of the event loop: an answer that waited for a busy process is not late.
    const timer = setTimeout(setImmediate, deadline, () => {
      reject(new Error('Redis took too long to answer'))
    })
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
