/** What is added is complete: steps of docs/adding.md that neither the compiler nor another test would miss. */
import { TypeGuard } from '@sinclair/typebox'
import { test } from 'tap'
import { challengeNames } from '../../src/auth/identity-provider.ts'
import { ApiRoutes } from '../../src/config/api.ts'
import { Environment, secretNames } from '../../src/config/environment.ts'
import { errorCodes } from '../../src/errors.ts'
import { importsOf, readSources } from '../repo/sources.ts'
import { callsOf, documentedCodes, type OpenApi } from '../support/openapi.ts'
import { startService } from '../support/service.ts'
import { codeIn, read, rowsOf, sectionOf } from './markdown.ts'

const sources = readSources()
const variables = Object.keys(Environment.properties)

test('every error code is thrown by the service, and expected by a test', async t => {
  const catalogues = /^src\/(errors\.ts$|http\/openapi\/)/
  for (const code of errorCodes) {
    const named = sources.filter(({ text }) => text.includes(`'${code}'`)).map(({ path }) => path)
    t.ok(
      named.some(path => /^(src|plugins|routes)\//.test(path) && !catalogues.test(path)),
      `${code} is thrown`
    )
    t.ok(
      named.some(path => path.startsWith('test/') && path !== 'test/ops/additions.test.ts'),
      `${code} is expected`
    )
  }
})

test('every call is made by a test', async t => {
  const { browser } = await startService(t)
  const document: OpenApi = (await browser().get('/docs/json')).json
  const tests = sources.filter(({ path }) => path.endsWith('.test.ts'))
  for (const { method, path } of callsOf(document)) {
    if (path.startsWith('/api/')) continue
    const [literal = ''] = path.split('{')
    const isNamed = new RegExp(`['\`]${literal}(['\`?]|\\$\\{)`)
    const isCalled = new RegExp(`\\b${method}\\(|'${method}'`, 'i')
    t.ok(
      tests.some(({ text }) => isNamed.test(text) && isCalled.test(text)),
      `${method} ${path}`
    )
  }
})

test('every challenge is answered by a test of the routes', async t => {
  const texts = sources.filter(({ path }) => path.startsWith('test/routes/'))
  for (const name of challengeNames) {
    t.ok(
      texts.some(({ text }) => text.includes(name)),
      name
    )
  }
})

test('every call that leads to Cognito is limited', async t => {
  const { browser } = await startService(t)
  const document: OpenApi = (await browser().get('/docs/json')).json
  const toCognito = callsOf(document)
    .filter(({ path }) => path.startsWith('/auth/'))
    .map(call => ({ call, codes: documentedCodes(document, call) }))
    .filter(({ codes }) => codes.includes('cognito_unavailable'))
  t.ok(toCognito.length > 15)
  for (const { call, codes } of toCognito) {
    t.ok(codes.includes('rate_limited'), call.operation.operationId)
  }
})

test('src/app.ts registers every plugin and every route', async t => {
  const registered = sources.filter(({ path }) => path === 'src/app.ts').flatMap(importsOf)
  const parts = sources.filter(({ path }) => /^(plugins|routes)\//.test(path))
  t.ok(parts.length > 30)
  for (const { path } of parts) {
    t.ok(
      registered.some(({ file }) => file === path),
      path
    )
  }
})

test('the local Cognito serves every operation that has a file', async t => {
  const [table] = sources.filter(({ path }) => path === 'emulator/operations/table.ts')
  const served = table ? importsOf(table).map(({ file }) => file) : []
  const defining = sources.filter(
    ({ path, text }) =>
      path.startsWith('emulator/operations/') && /^export const \w+ = \w*[oO]peration\(/m.test(text)
  )
  t.ok(defining.length > 20)
  for (const { path } of defining) t.ok(served.includes(path), path)
})

test('a variable that holds a secret may come from a file', async t => {
  const secrets = variables.filter(name => /SECRET|PASSWORD|TOKEN$|(?<!ACCESS_)KEYS?$/.test(name))
  t.ok(secrets.length > 2)
  for (const name of secrets) {
    t.ok(
      secretNames.some(secret => secret === name),
      name
    )
  }
})

test('docs/gateway.md has every setting of an API route, with its default', async t => {
  const rows = rowsOf(sectionOf(read('docs/gateway.md'), 'Several APIs')).slice(2)
  const documented = rows.map(([setting = '', fallback = '']) => [codeIn(setting)[0], fallback])
  const settings = Object.entries(ApiRoutes.items.properties)
  t.same(documented.map(([name]) => name).toSorted(), settings.map(([name]) => name).toSorted())
  for (const [name, schema] of settings) {
    const [, fallback = ''] = documented.find(([setting]) => setting === name) ?? []
    const given = TypeGuard.IsSchema(schema) ? schema.default : undefined
    if (given !== undefined) t.match(fallback, new RegExp(`^\`?${given}\\b`), name)
  }
})

test('CHANGELOG.md names every variable, error code, call and challenge', async t => {
  const { browser } = await startService(t)
  const document: OpenApi = (await browser().get('/docs/json')).json
  const calls = callsOf(document)
    .filter(({ path }) => !path.startsWith('/api/'))
    .map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`)
  const named = codeIn(read('CHANGELOG.md'))
  const missing = [...variables, ...errorCodes, ...calls, ...challengeNames].filter(
    name => !named.includes(name)
  )
  t.same(missing, [])
})
