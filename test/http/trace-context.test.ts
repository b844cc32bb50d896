import { test } from 'tap'
import { readTraceparent, traceIdOf } from '../../src/http/log/request-context.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'
const requestId = '0f8fad5b-d9cb-469f-a165-70867728950e'

test('a valid traceparent is read', async t => {
  t.same(readTraceparent(`00-${traceId}-${spanId}-01`), { traceId, spanId, flags: 1 })
  t.same(readTraceparent(`cc-${traceId}-${spanId}-00-of-a-later-version`)?.traceId, traceId)
  t.equal(traceIdOf(`00-${traceId}-${spanId}-00`, requestId), traceId)
})

test('one that is not valid is ignored: the trace begins with the request', async t => {
  const bad = [
    undefined,
    '',
    [`00-${traceId}-${spanId}-01`],
    `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}\n-${spanId}-01`
  ]
  for (const header of bad) {
    t.equal(readTraceparent(header), undefined, JSON.stringify(header))
    t.equal(traceIdOf(header, requestId), '0f8fad5bd9cb469fa16570867728950e')
  }
})
