/** Who may import what, as a table, and the checks that hold all sources against it. */
import { importsOf, packageOf, type Source } from './sources.ts'

/** Every source belongs to the first part whose pattern fits its path. */
const parts = {
  programs: /^src\/(server|heap|openapi)\.ts$/,
  operator: /^src\/end-sessions\.ts$/,
  app: /^src\/app\.ts$/,
  config: /^src\/config(\.ts$|[/-])/,
  errors: /^src\/errors\.ts$/,
  http: /^src\/http\//,
  auth: /^src\/auth\//,
  cognito: /^src\/cognito\//,
  session: /^src\/session\//,
  redis: /^src\/redis\//,
  'rate-limit': /^src\/rate-limit\//,
  photo: /^src\/photo\//,
  metrics: /^src\/metrics\//,
  tracing: /^src\/tracing\//,
  egress: /^src\/egress\//,
  plugins: /^plugins\//,
  routes: /^routes\//,
  reference: /^reference\//,
  emulator: /^emulator\//,
  scripts: /^scripts\//,
  client: /^packages\/client\//,
  web: /^web\//,
  bench: /^bench\//,
  test: /^test\//
} as const

type Part = keyof typeof parts

const adapters = [
  'cognito',
  'session',
  'redis',
  'rate-limit',
  'photo',
  'metrics',
  'tracing'
] as const
const anyPart = Object.keys(parts) as Part[] // keys of a const literal

/**
 * What a part may import besides itself; in `types`, by `import type` only. Adapters meet the domain through
 * its ports; only the composition root knows plugins and routes; the emulator is a program of its own.
 */
export const allowed: Record<Part, { values: readonly Part[]; types?: readonly Part[] }> = {
  programs: { values: ['app', 'config', 'errors'] },
  operator: { values: ['config', 'session', 'redis'] },
  app: { values: ['config', 'errors', 'http', 'auth', ...adapters, 'plugins', 'routes'] },
  config: { values: ['errors', 'egress'] },
  errors: { values: [] },
  http: { values: ['errors', 'auth', 'egress'] },
  auth: { values: ['errors'] },
  cognito: { values: ['auth', 'errors', 'egress'] },
  session: { values: ['auth', 'errors', 'redis'] },
  redis: { values: ['errors'] },
  'rate-limit': { values: ['redis', 'errors'] },
  photo: { values: ['auth', 'errors', 'egress'] },
  metrics: { values: ['errors'], types: ['auth'] },
  tracing: { values: ['egress'] },
  egress: { values: [] },
  plugins: { values: ['errors', 'http', 'auth', ...adapters], types: ['config'] },
  routes: { values: ['errors', 'http'], types: ['auth', 'config'] },
  reference: { values: [] },
  emulator: { values: [] },
  scripts: { values: [] },
  client: { values: [] },
  web: { values: ['client'] },
  bench: { values: ['config', 'errors', 'http', 'auth', ...adapters] },
  test: { values: anyPart }
}

/** Parts that are single steps on the way, and must not know their siblings: app.ts alone puts them together. */
const apart: readonly Part[] = ['plugins', 'routes']

/** Fastify, its plugins and what is made for them. */
const isFastify = (name: string) => /^(fastify|fastify-plugin)$|^@fastify\//.test(name)
const mayKnowFastify: readonly Part[] = [
  'programs',
  'app',
  'http',
  // It is the store of @fastify/rate-limit, by that plugin's types.
  'rate-limit',
  'plugins',
  'routes',
  'test',
  'bench'
]

/** A handler validates, calls and replies: a route never speaks to Cognito or Redis by itself. */
const isForRoutes = (name: string) => isFastify(name) || name === '@sinclair/typebox'

/** These run where only `dependencies` are installed. */
const inProduction = /^(src|plugins|routes)\//

/** `process.env` is read where the configuration is, and where a program of its own begins. */
const mayReadEnvironment =
  /^(src\/config[./-]|src\/(server|end-sessions)\.ts$|emulator\/main\.ts$|scripts\/|test\/|bench\/)/

const longest = 250
/** Made by a program, read by nobody from the top to the end. */
const generated = 'packages/client/src/openapi.ts'

/** Absolute paths of somebody's machine, put together here so that this file does not name one. */
const homes = ['home', 'Users', 'root', 'work', 'workspace', 'mnt'].join('|')
const machinePath = new RegExp(`(?<![\\w.:/*-])/(?:${homes})/[\\w.]`)

export interface Packages {
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
}

export function partOf(path: string): Part | undefined {
  return anyPart.find(part => parts[part].test(path))
}

/** What is wrong with a source, in sentences; nothing for a good one. */
export function violations(source: Source, packages: Packages): string[] {
  const part = partOf(source.path)
  if (!part) return [`${source.path} belongs to no part: give its folder a row in the table`]
  return [...directions(source, part), ...foreign(source, part, packages), ...wording(source)].map(
    sentence => `${source.path} ${sentence}`
  )
}

function directions(source: Source, part: Part): string[] {
  return importsOf(source).flatMap(({ file, isType }) => {
    if (file === undefined) return []
    const target = partOf(file)
    if (!target) return [`imports ${file}, which belongs to no part`]
    const { values, types = [] } = allowed[part]
    if (target === part && !apart.includes(part)) return []
    if (values.includes(target)) return []
    if (types.includes(target)) return isType ? [] : [`imports ${file} not only as a type`]
    return [`imports ${file}: ${part} must not know ${target}`]
  })
}

function foreign(source: Source, part: Part, packages: Packages): string[] {
  const names = importsOf(source).flatMap(({ specifier }) => packageOf(specifier) ?? [])
  return names.flatMap(name => {
    if (name.startsWith('node:')) return []
    const { dependencies, devDependencies } = packages
    const listed = inProduction.test(source.path)
      ? dependencies
      : [...dependencies, ...devDependencies]
    if (!listed.includes(name)) return [`imports ${name}, which package.json does not list for it`]
    if (isFastify(name) && !mayKnowFastify.includes(part)) return [`knows Fastify (${name})`]
    if (part === 'routes' && !isForRoutes(name)) return [`is a route and imports ${name}`]
    return []
  })
}

function wording({ path, text }: Source): string[] {
  const found: string[] = []
  const lines = text.trimEnd().split('\n').length
  if (lines > longest && path !== generated)
    found.push(`has ${lines} lines; ${longest} are the most`)
  if (/\bprocess\.env\b/.test(text) && !mayReadEnvironment.test(path)) {
    found.push('reads process.env; the configuration is passed in')
  }
  if (machinePath.test(text)) found.push('names a path of one machine')
  return found
}
