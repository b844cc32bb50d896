/** One load on one address, by autocannon in a process of its own. */
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'

export interface Target {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface LoadOptions {
  readonly seconds: number
  readonly connections: number
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

/** What autocannon prints with --json, as far as it is used here. */
interface Printed {
  readonly latency: { readonly p50: number; readonly p99: number }
  readonly '2xx': number
  readonly non2xx: number
  readonly errors: number
  readonly duration: number
}

const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js')
const run = promisify(execFile)

/**
 * Only successes count as requests.
 * @throws Error where one answer in twenty was not a success: such a load measures something else.
 */
export async function load(target: Target, options: LoadOptions): Promise<Load> {
  const headers = Object.entries(target.headers ?? {}).flatMap(([name, value]) => [
    '-H',
    `${name}=${value}`
  ])
  const { seconds, connections } = options
  const shape = ['-j', '-n', '-c', String(connections), '-d', String(seconds)]
  const { stdout } = await run(process.execPath, [autocannon, ...shape, ...headers, target.url])
  const printed: Printed = JSON.parse(stdout)
  const { latency, non2xx, errors, duration } = printed
  const refused = non2xx + errors
  if (refused * 20 > printed['2xx']) {
    throw new Error(`${target.url}: ${non2xx} refusals and ${errors} errors under load`)
  }
  const total = printed['2xx']
  return { rate: total / duration, requests: total, refused, p50: latency.p50, p99: latency.p99 }
}
