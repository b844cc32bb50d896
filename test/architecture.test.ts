/** The architecture, checked: directions of imports, packages, sizes. The rules are in `repo/rules.ts`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { violations } from './repo/rules.ts'
import { readSources, root } from './repo/sources.ts'

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const packages = {
  dependencies: Object.keys(manifest.dependencies),
  devDependencies: Object.keys(manifest.devDependencies)
}

test('every source keeps to the architecture', async t => {
  const sources = readSources()
  t.ok(sources.length > 10, 'the sources are found')
  t.same(
    sources.flatMap(source => violations(source, packages)),
    []
  )
})

/** Made-up sources, each with what is to be said about it. */
const offenders: [path: string, text: string, complaint: string][] = [
  ['src/auth/a.ts', "import { read } from '../session/record.ts'", 'auth must not know session'],
  ['src/auth/a.ts', "import type { R } from '../session/record.ts'", 'auth must not know session'],
  ['src/auth/a.ts', "export { read } from '../cognito/client.ts'", 'auth must not know cognito'],
  ['src/auth/a.ts', "const a = await import('../config.ts')", 'auth must not know config'],
  ['src/cognito/a.ts', "import {\n  b\n} from '../redis/connect.ts'", 'must not know redis'],
  ['src/session/a.ts', "import '../cognito/client.ts'", 'session must not know cognito'],
  ['src/redis/a.ts', "import { c } from '../auth/ports.ts'", 'redis must not know auth'],
  ['src/rate-limit/a.ts', "import { c } from '../session/keys.ts'", 'must not know session'],
  ['src/photo/a.ts', "import { c } from '../cognito/client.ts'", 'photo must not know cognito'],
  ['src/auth/a.ts', "import { c } from '../photo/image.ts'", 'auth must not know photo'],
  ['src/errors.ts', "import { c } from './auth/ports.ts'", 'errors must not know auth'],
  ['src/http/a.ts', "import { c } from '../cognito/client.ts'", 'http must not know cognito'],
  ['src/server.ts', "import { c } from './session/keys.ts'", 'programs must not know session'],
  ['src/app.ts', "import { c } from '../emulator/server.ts'", 'app must not know emulator'],
  ['src/app.ts', "import { c } from '../test/support/redis.ts'", 'app must not know test'],
  ['src/app.ts', "import { c } from '../bench/load.ts'", 'app must not know bench'],
  ['plugins/a.ts', "import b from './b.ts'", 'plugins must not know plugins'],
  ['plugins/a.ts', "import b from '../routes/b.ts'", 'plugins must not know routes'],
  ['plugins/a.ts', "import { c } from '../src/config.ts'", 'not only as a type'],
  ['plugins/a.ts', "import { c } from '../src/app.ts'", 'plugins must not know app'],
  ['routes/auth/a.ts', "import b from '../../plugins/b.ts'", 'routes must not know plugins'],
  ['routes/a.ts', "import { c } from '../src/session/keys.ts'", 'must not know session'],
  ['routes/a.ts', "import { c } from '../src/auth/sign-in.ts'", 'not only as a type'],
  ['routes/a.ts', "import { createClient } from 'redis'", 'is a route and imports redis'],
  ['emulator/a.ts', "import { AppError } from '../src/errors.ts'", 'must not know errors'],
  ['emulator/a.ts', "import { c } from '../test/support/redis.ts'", 'must not know test'],
  ['bench/a.ts', "import { c } from '../test/support/redis.ts'", 'bench must not know test'],
  ['scripts/a.mjs', "import { c } from '../dist/src/app.js'", 'which belongs to no part'],
  ['web/a.js', "import { c } from '../src/errors.ts'", 'web must not know errors'],
  ['src/auth/a.ts', "import fastify from 'fastify'", 'knows Fastify'],
  ['src/session/a.ts', "import type { S } from '@fastify/session'", 'knows Fastify'],
  ['src/http/a.ts', "import { c } from '@fastify/error'", 'does not list'],
  ['src/auth/a.ts', "import { test } from 'tap'", 'does not list'],
  ['test/a.test.ts', "import leftPad from 'left-pad'", 'does not list'],
  ['emulator/a.ts', "import fs from 'fs'", 'does not list'],
  ['src/metrics/a.ts', "import { c } from '../auth/sign-in.ts'", 'not only as a type'],
  ['src/tracing/a.ts', "import { c } from '../redis/connect.ts'", 'tracing must not know redis'],
  ['src/elsewhere/a.ts', 'export const a = 1', 'belongs to no part'],
  ['src/auth/a.ts', 'export const a = process.env.HOME', 'reads process.env'],
  ['emulator/a.ts', 'const { HOME } = process.env', 'reads process.env'],
  ['web/a.js', '\n'.repeat(250).concat('a()'), 'has 251 lines'],
  ['test/a.ts', `const file = '${['', 'home', 'me', 'x'].join('/')}'`, 'a path of one machine']
]

for (const [path, text, complaint] of offenders) {
  test(`the rules see: ${path} ${complaint}`, async t => {
    const found = violations({ path, text }, packages)
    t.equal(found.length, 1, found.join('; '))
    t.match(found[0], complaint)
  })
}

test('what is allowed is left alone', async t => {
  const good = [
    ['src/session/a.ts', "import type { Tokens } from '../auth/ports.ts'\nimport 'node:fs'"],
    [
      'plugins/a.ts',
      "import type { Config } from '../src/config.ts'\nimport fp from 'fastify-plugin'"
    ],
    [
      'routes/a.ts',
      "import type { Users } from '../src/auth/users.ts'\nimport { Type } from '@sinclair/typebox'"
    ],
    ['src/config/environment.ts', "import { a } from './rules.ts'\nconst { PORT } = process.env"],
    ['test/a.ts', "import { a } from '../emulator/server.ts'\n".repeat(200)],
    ['src/auth/a.ts', " * as in `import('../session/record.ts')`\nconst path = '/work'"]
  ] as const
  for (const [path, text] of good) t.same(violations({ path, text }, packages), [], path)
})
