/** Live connections: what a WebSocket message costs, and what idle sockets and event streams keep in memory. */
import { once } from 'node:events'
import { request } from 'node:http'
import { WebSocket } from 'ws'
import { type Program, startProgram } from './programs.ts'
import { type Cookie, cookieOf, startService, type World } from './service.ts'

export interface Live {
  /** Round trips of a small message: the medians, in ms. */
  readonly message: { readonly direct: number; readonly through: number }
  readonly sockets: Idle
  readonly streams: Idle
}

export interface Idle {
  readonly count: number
  /** Resident memory of the service above that before, in MB. */
  readonly grown: number
}

const origin = 'https://app.example.com'

/** A user has 20 sockets and a session ten streams at most. */
const perSession = 10

export async function measureLive(
  world: World,
  { messages, sockets, streams }: { messages: number; sockets: number; streams: number }
): Promise<Live> {
  const upstream = await startProgram('bench/peers/upstream.mjs', {})
  const API_ROUTES = JSON.stringify([{ path: '/api', upstream: upstream.url, webSocket: true }])
  const service = await startService(world, { API_ROUTES })
  const cookies = await logInMany(world, service, Math.max(sockets, streams) / perSession)
  const [first] = cookies
  const direct = await open(`${upstream.url}/socket`)
  const through = await open(`${service.url}/api/socket`, first)
  const message = await compare(direct, through, messages)
  for (const one of [direct, through]) one.terminate()

  const idleSockets = await grownBy(service, sockets, i =>
    open(`${service.url}/api/socket`, cookies[i % cookies.length])
  )
  for (const one of idleSockets.kept) one.terminate()
  const idleStreams = await grownBy(service, streams, i =>
    openStream(`${service.url}/auth/events`, cookies[i % cookies.length])
  )
  for (const one of idleStreams.kept) one.destroy()
  await service.stop()
  await upstream.stop()
  return {
    message,
    sockets: { count: sockets, grown: idleSockets.grown },
    streams: { count: streams, grown: idleStreams.grown }
  }
}

/** Each of another user: limits are by user. */
async function logInMany(world: World, service: Program, count: number): Promise<Cookie[]> {
  const cookies: Cookie[] = []
  for (let i = 0; i < count; i++) {
    const user = { email: `live${i}@example.com`, password: 'Correct-Horse-9' }
    const json = { 'content-type': 'application/json' }
    const body = JSON.stringify({ ...user, confirmed: true })
    await fetch(`${world.cognito.url}/_local/users`, { method: 'POST', headers: json, body })
    const headers = { ...json, 'x-csrf': '1' }
    const login = { method: 'POST', headers, body: JSON.stringify(user) }
    cookies.push(cookieOf(await fetch(`${service.url}/auth/login`, login)))
  }
  return cookies
}

async function open(url: string, cookie?: Cookie): Promise<WebSocket> {
  const headers = { origin, ...(cookie && { cookie: cookie.cookie }) }
  const socket = new WebSocket(url.replace('http', 'ws'), { headers, perMessageDeflate: false })
  await once(socket, 'open')
  return socket
}

async function openStream(url: string, cookie?: Cookie) {
  const call = request(url, { headers: { ...cookie }, agent: false }).end()
  const [response] = await once(call, 'response')
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`)
  response.resume()
  return call
}

/** In turns, so that what else the machine does meets both. */
async function compare(direct: WebSocket, through: WebSocket, messages: number) {
  const times: Record<'direct' | 'through', number[]> = { direct: [], through: [] }
  for (let i = 0; i < messages; i++) {
    times.direct.push(await roundTrip(direct))
    times.through.push(await roundTrip(through))
  }
  return { direct: median(times.direct), through: median(times.through) }
}

async function roundTrip(socket: WebSocket): Promise<number> {
  const begun = performance.now()
  socket.send('hello')
  await once(socket, 'message')
  return performance.now() - begun
}

const median = (values: number[]) =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Opens connections one by one, and tells how much memory they took after a while. */
async function grownBy<T>(service: Program, count: number, openOne: (i: number) => Promise<T>) {
  // The first ones load code and warm it up.
  const kept: T[] = []
  for (let i = 0; i < 50; i++) kept.push(await openOne(i))
  const { rss } = await service.usage()
  for (let i = 50; i < count; i++) kept.push(await openOne(i))
  await new Promise(resolve => setTimeout(resolve, 5000))
  return { kept, grown: ((await service.usage()).rss - rss) / 1e6 }
}
