/** API_ROUTES: what is taken, and what is said of the rest. */
import { readFileSync } from 'node:fs'
import { test } from 'tap'
import { ApiRoutes } from '../../src/config/api.ts'
import { ConfigError, loadConfig } from '../../src/config/config.ts'

const load = (routes: unknown, env: Record<string, string> = {}) =>
  loadConfig({
    API_ROUTES: typeof routes === 'string' ? routes : JSON.stringify(routes),
    ...env
  }).api?.routes

function problems(routes: unknown, env: Record<string, string> = {}): readonly string[] {
  try {
    load(routes, env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

const upstream = 'https://orders.internal/v1'

test('a route says what it needs, and the rest has defaults', t => {
  const full = {
    path: '/api/orders',
    upstream,
    session: 'required',
    token: 'none',
    groups: ['admins'],
    maxAgeSeconds: 300,
    cache: 'upstream',
    timeoutSeconds: 60,
    bodyLimitMiB: 100
  }
  const { timeoutSeconds: _, bodyLimitMiB: __, ...rest } = full
  const plain = { path: '/api', upstream: 'http://api.internal:8080' }
  const open = { path: '/api/open', upstream, session: 'none' }
  t.match(load([full, plain, open]), [
    { ...rest, timeout: 60_000, bodyLimit: 104_857_600 },
    { ...plain, session: 'required', token: 'access', cache: 'none', timeout: 30_000, groups: [] },
    { ...open, token: 'none' }
  ])
  t.match(
    load([full], { API_UPSTREAM: plain.upstream })?.[1],
    plain,
    'API_UPSTREAM is for the rest'
  )
  t.equal(load([full])?.length, 1, 'the local API is for those who name none')
  t.end()
})

test('every problem is listed with its place', t => {
  const list = [
    { path: '/api/', upstream },
    { path: '/other', upstream: 'ftp://x' },
    { path: '/api/a', upstream, tokens: 'access', token: 'both', groups: [], cache: 1 },
    { upstream, timeoutSeconds: 0, bodyLimitMiB: -1, maxAgeSeconds: '300' },
    7
  ]
  const found = problems(list)
  for (const place of [
    '[0].path must be /api or a path below it',
    '[1].path must be /api',
    '[1].upstream must be a URL beginning with http',
    '[2].tokens is not a setting of a route',
    '[2].token must be one of access, id, none',
    '[2].groups',
    '[2].cache must be one of none, upstream',
    '[3].path',
    '[3].timeoutSeconds',
    '[3].bodyLimitMiB',
    '[3].maxAgeSeconds',
    '[4]'
  ]) {
    t.ok(
      found.some(problem => problem.startsWith(`API_ROUTES ${place}`)),
      place
    )
  }
  t.notMatch(found.join(), 'both', 'no value is shown')
  t.end()
})

test('what contradicts itself is refused', t => {
  const cases: [routes: unknown, problem: RegExp, env?: Record<string, string>][] = [
    ['{', /^API_ROUTES must be a JSON list/],
    [{}, /^API_ROUTES must be a JSON list/],
    [[], /^API_ROUTES/],
    [
      [
        { path: '/api/a', upstream },
        { path: '/api/A', upstream }
      ],
      /^API_ROUTES \[1\]\.path is that/
    ],
    [[{ path: '/api', upstream: 'https://a:b@x' }], /^API_ROUTES \[0\]\.upstream must not hold/],
    [[{ path: '/api', upstream: 'https://:x' }], /^API_ROUTES \[0\]\.upstream is no URL/],
    [[{ path: '/api', upstream, session: 'none', token: 'id' }], /\[0\]\.token needs a session/],
    [[{ path: '/api', upstream, session: 'optional', groups: ['a'] }], /\[0\]\.groups and/],
    [[{ path: '/api', upstream }], /^API_UPSTREAM is the short form/, { API_UPSTREAM: upstream }]
  ]
  for (const [routes, problem, env] of cases) {
    const found = problems(routes, env)
    t.equal(found.length, 1, found.join())
    t.match(found[0], problem)
  }
  t.end()
})

test('the list may come from a file', t => {
  const directory = t.testdir({ 'routes.json': JSON.stringify([{ path: '/api/a', upstream }]) })
  const { api } = loadConfig({ API_ROUTES_FILE: `${directory}/routes.json` })
  t.match(api?.routes, [{ path: '/api/a' }])
  t.end()
})

test('tokens over plain http are warned of in production', t => {
  const { warnings } = loadConfig({
    API_ROUTES: JSON.stringify([{ path: '/api/a', upstream: 'http://a.internal' }])
  })
  t.same(warnings, [], 'not in a local run')
  t.end()
})

test('editors know the same schema: npm run api-routes:schema', t => {
  const file = new URL('../../../docs/api-routes.schema.json', import.meta.url)
  t.same(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(JSON.stringify(ApiRoutes)))
  t.end()
})
