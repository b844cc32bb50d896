/** README, .env.example and docker-compose.yml have the variables, the errors and the calls that the service has. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { Environment, environmentNames } from '../../src/config/environment.ts'
import { AppError, errorCodes } from '../../src/errors.ts'
import { root } from '../repo/sources.ts'
import { callsOf, type OpenApi } from '../support/openapi.ts'
import { startService } from '../support/service.ts'

const read = (name: string) => readFileSync(join(root, name), 'utf8')
const readme = read('README.md')

/** The rows of the table below a heading, cell by cell. A bar inside code does not end a cell. */
function rowsBelow(heading: string): string[][] {
  const [, section = ''] = readme.split(new RegExp(`^## ${heading}$`, 'm'))
  const [own = ''] = section.split(/^## /m)
  return own
    .split('\n')
    .filter(line => line.startsWith('| '))
    .map(line =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map(cell => cell.trim())
    )
}

/** `A`, `_B` is A and what A becomes with another end: RATE_LIMIT_X_PER_ADDRESS, _PER_ACCOUNT. */
function namesIn(cell: string): string[] {
  const [first = '', ...others] = [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
  return [
    first,
    ...others.map(name => (name.startsWith('_') ? first.replace(/_PER_\w+$/, name) : name))
  ]
}

const defaults = new Map(
  Object.entries(Environment.properties).map(([name, schema]) => [name, schema.default])
)

/** Names that are not ours alone, read where connections are made (src/config/egress.ts, pool.ts). */
const ofOthers = /^(HTTPS?_PROXY|NO_PROXY|AWS_USE_\w+|NODE_\w+)$/

test('O-22 README has every variable, with its default, and none besides', async t => {
  const rows = rowsBelow('Configuration').filter(([cell]) => /^`[A-Z]/.test(cell ?? ''))
  const documented = rows.flatMap(([cell = '', fallback = '']) => {
    const names = namesIn(cell)
    const values = [...fallback.matchAll(/`([^`]+)`/g)].map(([, value = '']) => value)
    return names.map((name, i) => ({ name, value: values[i] }))
  })
  const own = documented
    .map(({ name }) => name)
    .filter(name => defaults.has(name) || !ofOthers.test(name))
  t.same(own.toSorted(), [...defaults.keys()].toSorted())
  for (const { name, value } of documented) {
    const own = defaults.get(name)
    if (own !== undefined) t.equal(value, String(own), name)
  }
})

test('O-22 .env.example has every variable, with its default where there is one', async t => {
  const lines = [...read('.env.example').matchAll(/^(#?)([A-Z][A-Z0-9_]+)=(.*)$/gm)]
  const named = new Map(lines.map(([, off = '', name = '', value = '']) => [name, { off, value }]))
  for (const name of environmentNames) t.ok(named.has(name), name)
  for (const [name, { off, value }] of named) {
    t.ok(environmentNames.includes(name) || ofOthers.test(name), `${name} is read`)
    const own = defaults.get(name)
    if (own !== undefined) t.same([off, value], ['', String(own)], name)
    else t.equal(off, '#', `${name} is an example`)
  }
})

test('O-22 README has every error under its status, and none besides', async t => {
  const rows = rowsBelow('Calling it from a page').filter(([cell]) => /^\d{3}/.test(cell ?? ''))
  const documented = rows.flatMap(([statuses = '', codes = '']) =>
    [...codes.matchAll(/`(\w+)`/g)].map(([, code = '']) => ({ code, statuses }))
  )
  t.same(documented.map(({ code }) => code).toSorted(), [...errorCodes].toSorted())
  for (const code of errorCodes) {
    const { status } = new AppError(code)
    const row = documented.find(one => one.code === code)
    t.match(row?.statuses, String(status), code)
  }
})

test('O-22 README has every call of the OpenAPI document of a running instance', async t => {
  const { browser } = await startService(t)
  const document: OpenApi = (await browser().get('/docs/json')).json
  const served = callsOf(document)
    .map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`)
    .filter(call => !/ \/api\//.test(call))
  const cells = rowsBelow('Calling it from a page').map(([cell = '', , success = '']) => [
    cell,
    success
  ])
  const named = cells.flatMap(([cell = '', success = '']) => {
    const calls = [...cell.matchAll(/`((?:GET|PUT|POST|PATCH|DELETE) \/[^`]*)`/g)].map(
      ([, call]) => call
    )
    const path = calls[0]?.split(' ')[1]
    // "`DELETE` 204" of the same path.
    const more = [...success.matchAll(/`(GET|PUT|DELETE)` \d/g)].map(
      ([, method]) => `${method} ${path}`
    )
    return [...calls, ...more]
  })
  for (const call of served) t.ok(named.includes(call), call)
  for (const call of named) t.ok(call === 'GET /*' || served.includes(call ?? ''), `${call} exists`)
})
