/** Paths that cross the proxy as they are, and those that do not. */
import { test } from 'tap'
import { upstreamPath } from '../../src/http/proxy/upstream.ts'

test('P-07 what is encoded in a path travels as it is', t => {
  const url = encodeURIComponent('https://x.example/a b/../c?d=e#f')
  const paths = [
    '/tags/C%23',
    '/queues/%2F/name',
    '/%2Fhome%2Fa',
    '/a%5Cb',
    '/caf%C3%A9/%E4%BD%A0/%C3%80',
    '/100%25',
    `/files/${encodeURIComponent('a;b=c&d')}`,
    `/proxy/${encodeURIComponent('https://x.example/a%20b?c=d#e')}`,
    '/x?q=%23%252e&r=//a/../b'
  ]
  for (const path of paths) t.equal(upstreamPath(`/api${path}`, '/api'), path)
  t.throws(() => upstreamPath(`/api/proxy/${url}`, '/api'), { code: 'invalid_request' })
  t.end()
})

test('P-07 dot segments, raw separators, control characters and fragments do not', t => {
  const paths = [
    '/..',
    '/a/%2e%2e/b',
    '/a/.%2e;x=1/b',
    '/a/%252e%252e/b',
    '/a/%25252e%25252e%25252fb',
    '/a%2f..%2fb',
    '/a%5c%2e.%5cb',
    '/a//b',
    '/a\\b',
    '/a%00b',
    '/a%2500b',
    '/a%0d%0ab',
    '/a%7fb',
    '/%c0%ae%c0%ae/b',
    '/%ff%2e%2e/b',
    '/a%',
    '/a#b',
    '/a?b#c',
    `/%${'25'.repeat(9)}2e%${'25'.repeat(9)}2e/a`
  ]
  for (const path of paths) {
    t.throws(() => upstreamPath(`/api${path}`, '/api'), { code: 'invalid_request' }, path)
  }
  t.throws(() => upstreamPath('/apix/a', '/api'), { code: 'invalid_request' })
  t.end()
})
