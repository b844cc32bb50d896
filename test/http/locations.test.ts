/** Redirects of the API, as browsers are told them. */
import { test } from 'tap'
import { publicLinks, publicLocation } from '../../src/http/proxy/answer.ts'

const route = (url: string, prefix = '/api') => ({
  prefix,
  upstream: new URL(url),
  basePath: new URL(url).pathname.replace(/\/+$/, ''),
  publicOrigin: new URL('https://app.example.com')
})
const based = route('http://api.internal:8080/v1')

test('P-08 a location below the base comes back below the prefix', t => {
  const cases: [value: string, expected: string | undefined][] = [
    ['http://api.internal:8080/v1/things/7?x=1#y', '/api/things/7?x=1#y'],
    ['/v1/things/7', '/api/things/7'],
    ['/v1', '/api'],
    ['7', '/api/things/7'],
    ['./7?x', '/api/things/7?x'],
    ['../other', '/api/other'],
    ['?page=2', '/api/things/?page=2'],
    ['//api.internal:8080/v1/a', '/api/a'],
    ['http://api.internal/v1/a', '/api/a'],
    ['https://API.internal:8443/v1/a', '/api/a'],
    ['https://app.example.com/v1/a', '/api/a'],
    // By an API that minds X-Forwarded-Host and -Prefix.
    ['https://app.example.com/api/a', '/api/a'],
    ['/api/a', '/api/a'],
    ['/v1/tags/C%23/%2F', '/api/tags/C%23/%2F']
  ]
  for (const [value, expected] of cases) {
    t.equal(publicLocation(value, '/v1/things/', based), expected, value)
  }
  const root = route('http://api.internal:8080')
  t.equal(publicLocation('/things', '/x', root), '/api/things')
  t.equal(publicLocation('http://api.internal:8080/', '/x', root), '/api/')
  const deep = route('http://api.internal/api/v1')
  t.equal(publicLocation('/api/v1/a', '/api/v1/x', deep), '/api/a')
  t.equal(publicLocation('/api/b', '/api/v1/x', deep), '/api/b')
  const orders = route('http://orders.internal/v2', '/api/orders')
  t.equal(publicLocation('/v2/7', '/v2/x', orders), '/api/orders/7')
  t.end()
})

test('P-08 no location names the host of the API; others stay as they are', t => {
  for (const value of [
    'http://api.internal:8080/admin',
    '//api.internal/admin',
    'http://api.internal:8080/v10/x',
    'ftp://api.internal/v1/a',
    'http://['
  ]) {
    t.equal(publicLocation(value, '/v1/x', based), undefined, value)
  }
  for (const value of ['https://files.example/a?signed=1', '/login', 'https://app.example.com/']) {
    t.equal(publicLocation(value, '/v1/x', based), value)
  }
  t.end()
})

test('P-08 links between pages of a list come back below the prefix, too', t => {
  const next = '<http://api.internal:8080/v1/a?page=2>; rel="next", </v1/a?page=9>; rel="last"'
  const other = '<http://api.internal/x>; rel="up"'
  t.same(publicLinks([next, other], '/v1/a', based), [
    '</api/a?page=2>; rel="next", </api/a?page=9>; rel="last"'
  ])
  t.end()
})
