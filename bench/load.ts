/** One load on one address, by a driver in a process of its own. */
import { drive } from './drivers/run.ts'
import { type Driven, wrk } from './drivers/wrk.ts'

export interface Target {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sessions to ask for in turn, by all connections together. */
  readonly cookies?: readonly string[]
}

export interface LoadOptions {
  readonly seconds: number
  readonly connections: number
  /** autocannon where nothing is said. */
  readonly driver?: 'wrk'
}

export interface Load {
  /** Requests a second. */
  readonly rate: number
  readonly requests: number
  /** Answers that were no success, and connections that broke. */
  readonly refused: number
  /** Latencies in ms. */
  readonly p50: number
  readonly p99: number
}

/**
 * Only successes count as requests.
 * @throws Error where one answer in twenty was not a success: such a load measures something else.
 */
export async function load(target: Target, options: LoadOptions): Promise<Load> {
  const { driver, ...shape } = options
  const driven: Driven =
    driver === 'wrk'
      ? await wrk(target, shape)
      : JSON.parse(await drive('autocannon', { ...target, ...shape }))
  const { served, refused, duration, p50, p99 } = driven
  if (refused * 20 > served) {
    throw new Error(`${target.url}: ${served} successes, ${refused} refusals and errors under load`)
  }
  return { rate: served / duration, requests: served, refused, p50, p99 }
}
