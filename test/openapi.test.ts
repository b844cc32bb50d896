import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConfig, lint } from '@redocly/openapi-core'
import { test } from 'tap'
import { errorCodes } from '../src/errors.ts'
import { operationIds } from '../src/http/openapi/failures.ts'
import { root } from './repo/sources.ts'
import type { Answer, Browser, Call } from './support/browser.ts'
import {
  callsOf,
  codesAt,
  type DocumentedCall,
  documentedCodes,
  type OpenApi,
  responseOf
} from './support/openapi.ts'
import { collectRoutes } from './support/routes.ts'
import { startService } from './support/service.ts'

test('an independent linter has nothing to say against the document', async t => {
  const { browser } = await startService(t)
  const folder = mkdtempSync(join(tmpdir(), 'openapi-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'openapi.json')
  const strict = await createConfig({
    extends: ['recommended-strict'],
    // Probes and the reference take no input that could be wrong.
    rules: { 'operation-4xx-response': 'off' }
  })
  const complaints = async (document: string) => {
    writeFileSync(file, document)
    const problems = await lint({ ref: file, config: strict })
    return problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)
  }
  const { text } = await browser().get('/docs/json')
  t.same(await complaints(text), [])

  const broken = text.replace('"operationId":"logOut"', '"operationId":"logIn"')
  t.match((await complaints(broken)).join(), /operationId/, 'it would see a mistake')
})

test('every route is documented, and nothing that is no route', async t => {
  const { built, routes } = await collectRoutes(() => startService(t))
  const document: OpenApi = (await built.browser().get('/docs/json')).json
  const documented = callsOf(document).map(({ method, path }) => `${method.toUpperCase()} ${path}`)

  const isFile = /^\/$|^\/(photos\/)?\*$|\.[a-z0-9]+$/
  const served = routes
    .filter(({ url, isRefusal }) => !isFile.test(url) && !isRefusal)
    .map(({ method, url }) => {
      const path = url.replace(/:(\w+)/g, '{$1}').replace('*', '{path}')
      return { name: `${method} ${path}`, isOwnHead: method !== 'HEAD' || path.startsWith('/api/') }
    })
    // Fastify adds a HEAD to every GET, and balancers ask by OPTIONS.
    .filter(({ isOwnHead, name }) => isOwnHead && !/^OPTIONS \/\w+$/.test(name))
    .map(({ name }) => name)
  t.same(documented.toSorted(), [...new Set(served)].toSorted())
  t.ok(documented.length > 25)
})

test('table, catalogue and document name the same errors', async t => {
  const { browser } = await startService(t)
  const document: OpenApi = (await browser().get('/docs/json')).json
  const calls = callsOf(document)
  t.same(document.components.schemas.Problem?.properties?.code?.enum, errorCodes)
  const ids = new Set(
    calls.map(({ operation }) => operation.operationId.replace(/^(callApi).*/, '$1'))
  )
  t.same([...ids].toSorted(), operationIds.toSorted())
  const answered = new Set(calls.flatMap(call => documentedCodes(document, call)))
  t.same(new Set(Object.keys(document.components.examples)), answered)
  t.same(
    // A path with another method is no call.
    errorCodes.filter(code => !answered.has(code) && code !== 'method_not_allowed'),
    [],
    'every code is answered by a call'
  )
})

test('every call says what it is, what it needs and when to come back', async t => {
  const { browser } = await startService(t)
  const document: OpenApi = (await browser().get('/docs/json')).json
  for (const call of callsOf(document)) {
    const { operation, path } = call
    const isGated = /^\/(auth|api)\//.test(path)
    const names = (operation.parameters ?? []).map(({ $ref, name }) => $ref ?? name)
    t.ok(operation.summary && operation.tags.length === 1, operation.operationId)
    t.equal(names.includes('#/components/parameters/Csrf'), isGated, operation.operationId)
    t.equal(operation.security.length > 0, isGated, operation.operationId)
    for (const status of [429, 503]) {
      const response = operation.responses[status] && responseOf(document, call, status)
      if (response) t.ok(response.headers?.['Retry-After'], `${operation.operationId} ${status}`)
    }
  }
  const login = document.paths['/auth/login']?.post
  const refusals = Object.entries(document.components.responses)
  for (const response of [
    login?.responses[200],
    document.components.responses['rate_limited-or-attempt_limit_exceeded'],
    refusals.find(([name]) => /^invalid_credentials.*-limited$/.test(name))?.[1]
  ]) {
    t.same(Object.keys(response?.headers ?? {}).slice(-2), ['RateLimit-Policy', 'RateLimit'])
  }
  const ofTheApi = document.components.responses.rate_limited
  t.same(Object.keys(ofTheApi?.headers ?? {}), ['Retry-After'], 'calls at once have no window')
  t.notOk(document.paths['/auth/logout']?.post?.requestBody, 'no body where none is taken')
})

test('the document has the version of the package and the name of the cookie', async t => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const local = await startService(t)
  const document: OpenApi = (await local.browser().get('/docs/json')).json
  t.equal(document.openapi, '3.1.0')
  t.equal(document.info.version, version)
  t.equal(document.components.securitySchemes.session.name, 'bff-session-3000')
  const { cognito } = local
  const secure = await startService(t, { cognito, env: { PUBLIC_ORIGIN: 'https://app.example' } })
  const other: OpenApi = (await secure.browser().get('/docs/json')).json
  t.equal(other.components.securitySchemes.session.name, '__Host-Http-session')
})

/** Requests that are wrong in one way each, to every call. */
const bad: [title: string, request: Call][] = [
  ['without X-CSRF', { headers: { 'x-csrf': undefined } }],
  ['with nothing', {}],
  ['with an unknown field', { raw: '{"nonsense":1}' }],
  ['with a body that is not JSON', { raw: '{' }],
  ['with a form', { raw: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
  ['with too large a body', { raw: JSON.stringify({ a: 'x'.repeat(70_000) }) }]
]

for (const signedIn of [false, true]) {
  test(`a bad call gets a documented answer, ${signedIn ? 'signed in' : 'anonymous'}`, async t => {
    const { browser } = await startService(t)
    const one = browser()
    const document: OpenApi = (await one.get('/docs/json')).json
    for (const [title, request] of bad) {
      for (const call of callsOf(document)) {
        // Its answer does not end: test/routes/events.
        if (signedIn && call.operation.operationId === 'watchSession') continue
        // A logout that was good after all ends the session.
        if (signedIn && one.sessionId === undefined) await one.login()
        const answer = await send(one, call, request)
        const name = `${call.operation.operationId} ${title}: ${answer.status}`
        t.ok(isDocumented(document, call, answer), `${name} ${answer.json?.code ?? ''}`)
      }
    }
  })
}

function send(browser: Browser, { method, path }: DocumentedCall, { headers = {}, raw }: Call) {
  const isRead = method === 'get' || method === 'head'
  const body = isRead || raw === undefined ? {} : { raw }
  return browser.call(method.toUpperCase(), path.replace(/\{\w+\}/, 'x'), { headers, ...body })
}

/** The status, and in a problem the code with it. Anything may come from the API. */
function isDocumented(document: OpenApi, call: DocumentedCall, { status, headers, json }: Answer) {
  const isProblem = headers['content-type']?.startsWith('application/problem+json')
  if (isProblem && call.method !== 'head') {
    return codesAt(document, call, status).includes(json.code)
  }
  return String(status) in call.operation.responses || 'default' in call.operation.responses
}
