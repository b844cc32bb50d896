/** What the second driver prints, read. */
import { test } from 'tap'
import { readWrk } from '../../bench/drivers/wrk.ts'

const printed = `Running 2s test @ http://127.0.0.1:8080/auth/session
  1 threads and 100 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    11.15ms    2.53ms  58.22ms   91.56%
    Req/Sec     9.04k     0.96k   10.01k    85.00%
  Latency Distribution
     50%   10.66ms
     75%   11.30ms
     90%   12.53ms
     99%   20.69ms
  18011 requests in 2.01s, 14.22MB read
Requests/sec:   8960.54
Transfer/sec:      7.07MB
`

test('a run of wrk is read with its units', async t => {
  t.same(readWrk(printed), { served: 18011, refused: 0, duration: 2.01, p50: 10.66, p99: 20.69 })
  const quick = printed.replace('10.66ms', '812.00us').replace('20.69ms', '1.02s')
  t.match(readWrk(quick), { p50: 0.812, p99: 1020 })
})

test('answers that were no success, and broken connections, are no requests served', async t => {
  const failing = printed.replace(
    'Requests/sec',
    '  Socket errors: connect 1, read 2, write 0, timeout 4\n  Non-2xx or 3xx responses: 11\nRequests/sec'
  )
  t.match(readWrk(failing), { served: 18000, refused: 18 })
})

test('anything else is refused', async t => {
  t.throws(() => readWrk('unable to connect'), /wrk printed something else/)
})
