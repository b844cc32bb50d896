/** One load, closed loop: every connection asks again as soon as it is answered. What to do comes as JSON on stdin. */
import { text } from 'node:stream/consumers'
import autocannon from 'autocannon'

const { url, headers, cookies, connections, seconds } = JSON.parse(await text(process.stdin))

/** Each connection has its own share of the sessions, and asks for one after the other. */
let next = 0
function share(client) {
  const own = cookies.filter((_, i) => i % connections === next)
  next = (next + 1) % connections
  client.setRequests(own.map(cookie => ({ method: 'GET', headers: { ...headers, cookie } })))
}

const many = cookies?.length >= connections
const shape = { url, headers, connections, duration: seconds, timeout: 10 }
const result = await autocannon({ ...shape, ...(many && { setupClient: share }) })
const { latency, non2xx, errors, duration } = result
const { p50, p99 } = latency
console.log(JSON.stringify({ served: result['2xx'], refused: non2xx + errors, duration, p50, p99 }))
