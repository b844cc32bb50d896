/** Results as files: one per section, with what it was measured on. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))
const folder = `${root}bench/results`

export interface Kept<T = unknown> {
  readonly date: string
  readonly machine: string
  readonly options: Readonly<Record<string, number>>
  readonly result: T
}

export function keep(name: string, options: Kept['options'], result: unknown): void {
  if (result === undefined) throw new Error(`there is no section called ${name}`)
  mkdirSync(folder, { recursive: true })
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.versions.node}`
  const kept: Kept = { date: `${date} UTC`, machine, options, result }
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(kept, undefined, 2)}\n`)
}

/** Undefined where the section never ran. */
export function kept<T>(name: string): Kept<T> | undefined {
  const file = `${folder}/${name}.json`
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}
