/** A real Redis for the tests, from wherever this machine can get one. None is faked. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { aptInstall, inPath } from './apt.mjs'
import { NotReady } from './prepare.mjs'

const image = 'redis:8-alpine'
const startsWithin = 20_000

/**
 * Answers `{ url, server, stop() }`: the URL of a Redis that answers, the path of a server binary where one
 * is known (tests that kill and freeze Redis start their own), and what ends it. Throws NotReady.
 */
export async function ensureRedis() {
  const { REDIS_URL } = process.env
  if (REDIS_URL) return { url: REDIS_URL, server: findServer(), stop: async () => {} }
  const server = findServer() ?? (aptInstall('redis-server') ? findServer() : undefined)
  if (server) return { ...(await startServer(server)), server }
  const container = await startContainer()
  if (container) return container
  throw new NotReady(advice)
}

const advice = `The tests need a Redis (or Valkey) server, and none could be found or started. One of these helps:
  sudo apt-get install redis-server        Debian, Ubuntu
  brew install redis                       macOS
  docker run -d -p 6379:6379 ${image}      then: REDIS_URL=redis://127.0.0.1:6379 npm test`

function findServer() {
  return ['redis-server', 'valkey-server'].map(name => inPath(name)).find(Boolean)
}

/** The shell is a watchdog: its stdin closes when this process ends, however it ends, and Redis goes with it. */
const watchdog = '"$@" </dev/null >/dev/null & cat >/dev/null; kill $!; wait $!'

async function startServer(binary) {
  const port = await freePort()
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no'
  ]
  const child = spawn('sh', ['-c', watchdog, 'sh', binary, ...options], {
    stdio: ['pipe', 'ignore', 'inherit'],
    // A Ctrl-C is for the tests; Redis stays until they have ended.
    detached: true
  })
  const ended = once(child, 'exit')
  const stop = async () => {
    child.stdin.end()
    await ended
  }
  if (await answers(port)) return { url: `redis://127.0.0.1:${port}`, stop }
  await stop()
  throw new NotReady(`${binary} does not answer on port ${port}.`)
}

async function startContainer() {
  if (!inPath('docker')) return undefined
  const port = await freePort()
  const options = ['-d', '--rm', '-p', `127.0.0.1:${port}:6379`]
  const started = spawnSync('docker', ['run', ...options, image], { encoding: 'utf8' })
  if (started.status !== 0) return undefined
  const id = started.stdout.trim()
  const stop = async () => void spawnSync('docker', ['rm', '-f', id], { stdio: 'ignore' })
  if (await answers(port)) return { url: `redis://127.0.0.1:${port}`, server: undefined, stop }
  await stop()
  return undefined
}

async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address()
  listener.close()
  return port
}

/** True as soon as a PING is answered; false when the time is up. */
async function answers(port) {
  const deadline = Date.now() + startsWithin
  while (Date.now() < deadline) {
    if (await ping(port)) return true
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  return false
}

/** Docker's proxy accepts, and closes at once, before the server is up: that is a "not yet". */
function ping(port) {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    const answer = value => {
      socket.destroy()
      resolve(value)
    }
    socket.setTimeout(1_000, () => answer(false))
    socket.on('data', data => answer(data.toString().startsWith('+PONG')))
    socket.on('error', () => answer(false))
    socket.on('close', () => answer(false))
  })
}
