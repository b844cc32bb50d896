/** Counters of this process, in fixed windows: what limits still count with while Redis does not reply. */
import { createHmac } from 'node:crypto'
import type { RedisConnection } from '../redis/connection.ts'

export interface Count {
  readonly current: number
  /** Rest of the window (ms); 0 where nothing is counted. */
  readonly ttl: number
}

interface Window {
  count: number
  readonly endsAt: number
}

/** Above this number, a new key replaces the oldest: a flood of client IPs must not fill the memory. */
const defaultMaxKeys = 50_000

export class WindowCounters {
  readonly #windows = new Map<string, Window>()
  readonly #clock: () => number
  readonly #maxKeys: number

  /** `clock` in ms. */
  constructor(clock: () => number, maxKeys = defaultMaxKeys) {
    this.#clock = clock
    this.#maxKeys = maxKeys
  }

  /** Adds one; the first of a key starts a window of `length` ms. */
  increment(key: string, length: number): Count {
    const now = this.#clock()
    const window = this.#current(key, now) ?? this.#start(key, now + length)
    window.count += 1
    return { current: window.count, ttl: window.endsAt - now }
  }

  /** Starts a new window of `length` ms with this count. */
  restart(key: string, length: number, count = 1): void {
    this.#start(key, this.#clock() + length).count = count
  }

  /** Subtracts one from the count of the current window. */
  decrement(key: string): void {
    const window = this.#current(key, this.#clock())
    if (window && window.count > 0) window.count -= 1
  }

  delete(key: string): void {
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

  #start(key: string, endsAt: number): Window {
    const window = { count: 0, endsAt }
    this.#windows.delete(key)
    this.#windows.set(key, window)
    // A Map keeps the order of insertion: its first key is the oldest.
    const [oldest] = this.#windows.keys()
    if (this.#windows.size > this.#maxKeys && oldest !== undefined) this.#windows.delete(oldest)
    return window
  }
}

/** 32 bytes. @throws AppError `store_unavailable` */
export type Secret = () => Promise<Buffer>

/** For limits and flags that all instances share in Redis, and that each process has its own of while Redis is away. */
export interface SharedCounterOptions {
  /** Without it, this process counts alone: for local runs. */
  readonly redis?: RedisConnection
  /** Keys the hashes of subjects, which may be emails. The same for all instances. */
  readonly secret: Secret
  /** Starts every Redis key. */
  readonly prefix: string
  /** How long Redis may take (ms, 150 by default) before this process counts alone. */
  readonly deadline?: number
  readonly clock?: () => number
}

/** HMAC-SHA256 in base64url: the name of a subject in Redis, which does not reveal the subject. */
export async function hashedName(secret: Secret, subject: string): Promise<string> {
  return createHmac('sha256', await secret())
    .update(subject)
    .digest('base64url')
}
