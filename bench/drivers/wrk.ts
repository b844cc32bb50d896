/** The second driver: wrk, a program in C that has nothing in common with the first. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './run.ts'

export interface Driven {
  /** Answers that were a success. */
  readonly served: number
  /** Answers that were none, and connections that broke. */
  readonly refused: number
  /** In seconds. */
  readonly duration: number
  /** In ms. */
  readonly p50: number
  readonly p99: number
}

export function hasWrk(): boolean {
  return spawnSync('wrk', ['-v'], { stdio: 'ignore' }).error === undefined
}

interface Asked {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
}

/** One thread: like the servers it asks, and it needs no more for them. */
export async function wrk(
  { url, headers = {}, cookies }: Asked,
  { seconds, connections }: { seconds: number; connections: number }
): Promise<Driven> {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const shape = ['--latency', '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s']
  const args = [...shape, ...given]
  if (!cookies) return readWrk(await run('wrk', [...args, url]))
  const folder = await mkdtemp(join(tmpdir(), 'bench-wrk-'))
  try {
    const list = join(folder, 'cookies')
    await writeFile(list, cookies.join('\n'))
    return readWrk(await run('wrk', [...args, '-s', inTurn, url, list]))
  } finally {
    await rm(folder, { recursive: true })
  }
}

const inTurn = fileURLToPath(new URL('../../../bench/drivers/cookies.lua', import.meta.url))

/** @throws Error where it is not what wrk prints */
export function readWrk(printed: string): Driven {
  const total = /([\d.]+) requests in ([\d.]+)(us|ms|s|m|h),/.exec(printed)
  if (!total) throw new Error(`wrk printed something else:\n${printed}`)
  const [, requests, duration = '', unit = 's'] = total
  const refusals = /Non-2xx or 3xx responses: (\d+)/.exec(printed)?.[1]
  const errors = /connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(printed) ?? []
  const non2xx = Number(refusals ?? 0)
  return {
    served: Number(requests) - non2xx,
    refused: errors.slice(1).reduce((sum, count) => sum + Number(count), non2xx),
    duration: milliseconds(duration, unit) / 1000,
    p50: percentile(printed, 50),
    p99: percentile(printed, 99)
  }
}

function percentile(printed: string, percent: number): number {
  const [, value = '', unit = 'ms'] =
    new RegExp(`^ +${percent}% +([\\d.]+)(us|ms|s|m|h)$`, 'm').exec(printed) ?? []
  return milliseconds(value, unit)
}

const inMilliseconds = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

function milliseconds(value: string, unit: string): number {
  const [, factor = Number.NaN] =
    Object.entries(inMilliseconds).find(([name]) => name === unit) ?? []
  return Number.parseFloat(value) * factor
}
