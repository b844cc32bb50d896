/** Reads the sources of this repository: their text, and what each of them imports. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

const folders = [
  'src',
  'plugins',
  'routes',
  'reference',
  'emulator',
  'scripts',
  'packages',
  'web',
  'test',
  'bench'
]

export interface Source {
  /** From the root, with slashes: `src/auth/identity-provider.ts`. */
  readonly path: string
  readonly text: string
}

export interface Import {
  /** As it is written: `../errors.ts`, `node:fs`, `@fastify/session`. */
  readonly specifier: string
  /** `import type`: gone after compilation. */
  readonly isType: boolean
  /** Path from the root of what a relative import means, else undefined. */
  readonly file?: string
}

export function readSources(): Source[] {
  return folders.flatMap(namesBelow).map(path => ({
    path,
    text: readFileSync(join(root, path), 'utf8')
  }))
}

function namesBelow(folder: string): string[] {
  return readdirSync(join(root, '.'), { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name === folder)
    .flatMap(() => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
    .map(name => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter(
      path =>
        /\.(tsx?|mjs|js)$/.test(path) && !/\/(fixtures|node_modules|dist|examples)\//.test(path)
    )
    .sort()
}

// At the start of a line only, so that sources quoted in a test are not taken for imports.
const statement = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"\n]+)['"]/gm
const call =
  /^(?!\s*(?:\*|\/\/))[^'"`\n]*?\b(?:import|require(?:\.resolve)?)\(\s*['"]([^'"\n]+)['"]/gm

export function importsOf({ path, text }: Source): Import[] {
  const statements = [...text.matchAll(statement)].map(([, type, specifier = '']) =>
    imported(path, specifier, type !== undefined)
  )
  const calls = [...text.matchAll(call)].map(([, specifier = '']) =>
    imported(path, specifier, false)
  )
  return [...statements, ...calls]
}

function imported(path: string, specifier: string, isType: boolean): Import {
  if (!specifier.startsWith('.')) return { specifier, isType }
  return { specifier, isType, file: join(path, '..', specifier).replaceAll('\\', '/') }
}

/** `@fastify/session/types` -> `@fastify/session`; undefined for a relative import. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.')) return undefined
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]
}
