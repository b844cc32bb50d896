import { test } from 'tap'
import { parseEndpoint, parseEndpoints, reconnectStrategy } from '../../src/redis/client.ts'

test('a URL, or a host and port, becomes an endpoint with credentials', async t => {
  const cases = [
    ['localhost', { host: 'localhost', port: 6379, tls: false }],
    ['cache-1:7000', { host: 'cache-1', port: 7000, tls: false }],
    ['redis://10.0.0.1', { host: '10.0.0.1', port: 6379, tls: false }],
    ['rediss://cache:1/', { host: 'cache', port: 1, tls: true }],
    ['redis://[::1]:7000', { host: '::1', port: 7000, tls: false }],
    [
      'rediss://me:p%40ss@cache/3',
      { host: 'cache', port: 6379, tls: true, username: 'me', password: 'p@ss', database: 3 }
    ],
    ['redis://:pass@cache', { host: 'cache', port: 6379, tls: false, password: 'pass' }]
  ] as const
  for (const [text, expected] of cases) t.same(parseEndpoint(text), expected)
})

test('a URL that is not valid is refused without being repeated', async t => {
  for (const text of [
    'http://:secret@host',
    'redis://:secret@host:port',
    'redis://',
    'redis://secret/x',
    'redis://:secret%zz@host'
  ]) {
    t.throws(() => parseEndpoint(text), { name: 'TypeError', message: /^(?!.*(secret|\/x))/ })
  }
  t.throws(() => parseEndpoints([]), TypeError)
})

test('reconnecting is retried at least twice a second, and never in a tight loop', async t => {
  for (let retries = 0; retries < 100; retries++) {
    const delay = reconnectStrategy(retries)
    t.ok(delay >= 25 && delay <= 500, `${retries}`)
  }
})
