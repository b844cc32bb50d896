import { test } from 'tap'
import { keepAddresses } from '../../src/http/headers.ts'

const cases: [said: string, kept: string | undefined][] = [
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['192.0.2.1:5678', '192.0.2.1'],
  ['[2001:db8::1]:5678', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['198.51.100.7, 192.0.2.1:5678 ,10.0.0.1:1', '198.51.100.7, 192.0.2.1, 10.0.0.1'],
  ['192.0.2.1,, 10.0.0.1,', '192.0.2.1, 10.0.0.1'],
  // What a client says stands before what the proxies say.
  ['1.2.3.4, nonsense, 192.0.2.1:5678', '192.0.2.1'],
  ['192.0.2.1:5678:9', undefined],
  ['192.0.2.1:', undefined],
  ['192.0.2.1:port', undefined],
  ['fe80::1%anything', undefined],
  ['unknown', undefined],
  ['', undefined]
]

for (const [said, kept] of cases) {
  test(`of ${JSON.stringify(said)} is kept: ${kept ?? 'nothing'}`, async t => {
    const headers = { 'x-forwarded-for': said, 'x-other': 'b' }
    keepAddresses(headers)
    t.same(headers, { ...(kept !== undefined && { 'x-forwarded-for': kept }), 'x-other': 'b' })
  })
}
