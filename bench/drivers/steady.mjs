/**
 * One load, open loop: so many requests a second, whether or not the ones before are answered. They come by
 * chance, as people do (a Poisson process): two loads in step would meet always or never. What to do comes as
 * JSON on stdin; `startAt`, in ms since the epoch, lets several drivers begin when all of them have started.
 * Latencies are taken from the moment of sending, in ms. The first `warmUp` seconds are not counted: what is slow
 * then is this driver, whose code is not compiled yet.
 */
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

const { url, method, headers, bodies, rate, warmUp, seconds, startAt } = JSON.parse(
  await text(process.stdin)
)
const agent = new Agent({ keepAlive: true })
const latencies = []
let failed = 0

function send(body, counts) {
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
        if (counts) latencies.push(performance.now() - begun)
        resolve()
      })
    })
    outgoing.on('error', fail).end(body)
  })
}

const untilNextMs = () => (-Math.log(1 - Math.random()) * 1000) / rate

await sleep(startAt - Date.now())
const sent = []
const counted = performance.now() + warmUp * 1000
for (let due = performance.now(); due < counted + seconds * 1000; due += untilNextMs()) {
  await sleep(due - performance.now())
  sent.push(send(bodies?.[sent.length % bodies.length], due >= counted))
}
await Promise.all(sent)
const took = (performance.now() - counted) / 1000
agent.destroy()
console.log(JSON.stringify({ rate: latencies.length / took, failed, latencies }))
