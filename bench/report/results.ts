/** Results as files: one per section, with what it was measured on. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))
export const resultsFolder = `${root}bench/results`

export interface Kept<T = unknown> {
  readonly date: string
  readonly machine: string
  /** Mean number of processes that wanted a core, over the last minute of the section. */
  readonly load?: number
  readonly options: Readonly<Record<string, number>>
  readonly result: T
}

/** Undefined where the section never ran. */
export type Read = <T>(name: string) => Kept<T> | undefined

export function keep(
  name: string,
  options: Kept['options'],
  result: unknown,
  folder = resultsFolder
): void {
  mkdirSync(folder, { recursive: true })
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.versions.node}`
  const load = loadavg()[0] ?? Number.NaN
  const kept: Kept = { date: `${date} UTC`, machine, load, options, result }
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(kept, undefined, 2)}\n`)
}

export function reader(folder = resultsFolder): Read {
  return name => {
    const file = `${folder}/${name}.json`
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  }
}

/** More than two processes wanted each core: what was measured by the clock is about them as well. */
export function wasBusy(file: Kept): boolean {
  const cores = Number.parseInt(file.machine, 10)
  return file.load === undefined || file.load > 2 * cores
}
