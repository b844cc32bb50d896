/**
 * One load, open loop: so many requests a second, whether or not the ones before are answered. What to do comes
 * as JSON on stdin. Latencies are taken from the moment of sending, in ms.
 */
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

const { url, method, headers, bodies, rate, seconds } = JSON.parse(await text(process.stdin))
const agent = new Agent({ keepAlive: true })
const latencies = []
let failed = 0

function send(body) {
  return new Promise(resolve => {
    const begun = performance.now()
    const fail = () => {
      failed += 1
      resolve()
    }
    const outgoing = request(url, { method, headers, agent }, incoming => {
      incoming.resume().on('error', fail)
      incoming.on('end', () => {
        if (incoming.statusCode !== 200) return fail()
        latencies.push(performance.now() - begun)
        resolve()
      })
    })
    outgoing.on('error', fail).end(body)
  })
}

const begun = performance.now()
const sent = []
while (sent.length < rate * seconds) {
  const due = begun + (sent.length * 1000) / rate
  const wait = due - performance.now()
  if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait))
  sent.push(send(bodies?.[sent.length % bodies.length]))
}
await Promise.all(sent)
const took = (performance.now() - begun) / 1000
agent.destroy()
console.log(JSON.stringify({ rate: latencies.length / took, failed, latencies }))
