/** docker-compose.yml as data, for tests that hold it to its rules. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from '../repo/sources.ts'

export interface ComposeService {
  readonly image: string
  readonly build?: { readonly context: string; readonly target: string }
  readonly environment?: Readonly<Record<string, string>>
  readonly profiles?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly networks?: readonly string[]
  readonly network_mode?: string
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: unknown }
  readonly init?: boolean
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly user?: string
  readonly env_file?: unknown
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>
  readonly volumes: Readonly<Record<string, unknown>>
}

/** The YAML parser that tap reads diagnostics with, as tap itself resolves it: it is tap's, not ours. */
function tapsYaml(): { parse(text: string, options: { merge: boolean }): unknown } {
  const path = ['tap', '@tapjs/core', 'tap-parser', 'tap-yaml']
  const start = createRequire(import.meta.url)
  const last = path.reduce((found, name) => createRequire(found.resolve(name)), start)
  return last('yaml')
}

/** Any YAML of this repository. */
export const parseYaml = (text: string): unknown => tapsYaml().parse(text, { merge: true })

export const composeText = readFileSync(join(root, 'docker-compose.yml'), 'utf8')

export function readComposeFile(): ComposeFile {
  const file = parseYaml(composeText)
  return file as ComposeFile // a file of this repository; the tests look at each part of it
}
