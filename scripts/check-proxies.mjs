/**
 * `npm run check:proxies [-- nginx haproxy ...]`: runs the ready configurations of deploy/ before two instances of
 * the service and asks them what a balancer has to get right. Says of each proxy whether it is not installed.
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createListener } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocketServer } from 'ws'
import { examine, until } from './lib/ask-balancer.mjs'
import { prepare, root } from './lib/prepare.mjs'
import { ensureRedis } from './lib/redis.mjs'

const folder = mkdtempSync(join(tmpdir(), 'proxies-'))
const write = (name, text) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const ready = name => readFileSync(join(root, 'deploy', name), 'utf8')

/** Where the Debian package puts Apache's modules. */
const apacheModules = '/usr/lib/apache2/modules'

/** How each proxy is run in the foreground, on ports and with a certificate of this run. */
const proxies = {
  nginx: {
    command: 'nginx',
    start: place => {
      const scratch = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map(name => `${name}_temp_path ${folder}/${name};`)
        .join(' ')
      const text = place(ready('nginx.conf')).replace('http {', `http { access_log off; ${scratch}`)
      const file = write('nginx.conf', `pid ${folder}/nginx.pid; daemon off;\n${text}`)
      return ['-e', 'stderr', '-p', folder, '-c', file]
    }
  },
  haproxy: {
    command: 'haproxy',
    start: place => ['-db', '-f', write('haproxy.cfg', place(ready('haproxy.cfg')))]
  },
  caddy: {
    command: 'caddy',
    start: place => [
      'run',
      '--adapter',
      'caddyfile',
      '--config',
      write('Caddyfile', place(ready('Caddyfile')))
    ]
  },
  apache: {
    command: 'apache2',
    start: (place, port) => {
      const modules = [
        ...['mpm_event', 'authz_core', 'ssl', 'socache_shmcb', 'headers', 'slotmem_shm'],
        ...['proxy', 'proxy_http', 'proxy_balancer', 'lbmethod_byrequests']
      ].map(name => `LoadModule ${name}_module ${apacheModules}/mod_${name}.so`)
      const own = [
        ...[`ServerRoot ${folder}`, `PidFile ${folder}/apache.pid`, 'ErrorLog "|/bin/cat"'],
        ...[`DefaultRuntimeDir ${folder}`, `Listen ${port}`, 'ServerName localhost'],
        ...(process.getuid() === 0 ? ['User www-data', 'Group www-data'] : [])
      ]
      const text = [...modules, ...own, place(ready('apache.conf'))].join('\n')
      return ['-D', 'FOREGROUND', '-f', write('apache.conf', `${text}\n`)]
    }
  }
}

async function freePort() {
  const listener = createListener().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address()
  listener.close()
  return port
}

const running = new Set()

/** Started by us and ended by us, by its own id. */
function start(command, args, env = {}) {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += text))
  running.add(child)
  child.once('exit', () => running.delete(child))
  return { child, output: () => output }
}

async function stop(child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(timer)
}

/** The team's API: says how it was called, streams, and sends back what comes over a WebSocket. */
function startApi() {
  const server = createServer(async (incoming, outgoing) => {
    if (incoming.url.startsWith('/stream')) {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
      outgoing.write('data: first\n\n')
      incoming.on('close', () => outgoing.end())
      return
    }
    let bytes = 0
    for await (const chunk of incoming) bytes += chunk.length
    outgoing.writeHead(200, { 'content-type': 'application/json' })
    outgoing.end(JSON.stringify({ url: incoming.url, bytes }))
  })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', one => one.on('message', data => one.send(String(data))))
  server.listen(0, '127.0.0.1')
  return server
}

async function check(name, { redis, cognito, api, certificate }) {
  const ports = [await freePort(), await freePort()]
  const port = await freePort()
  const instances = ports.map(own =>
    start(process.execPath, [join(root, 'dist/src/server.js')], {
      NODE_ENV: 'development',
      PORT: String(own),
      PUBLIC_ORIGIN: `https://localhost:${port}`,
      TRUST_PROXY: '127.0.0.1',
      REDIS_URL: redis,
      REDIS_PREFIX: `proxies:${name}:`,
      SESSION_KEYS: certificate.key,
      COGNITO_ENDPOINT: cognito,
      API_ROUTES: JSON.stringify([{ path: '/api', upstream: api, webSocket: true }]),
      LOG_LEVEL: 'warn'
    })
  )
  const place = text =>
    text
      .replaceAll('127.0.0.1:3001', `127.0.0.1:${ports[0]}`)
      .replaceAll('127.0.0.1:3002', `127.0.0.1:${ports[1]}`)
      .replaceAll('/etc/haproxy/app.pem', certificate.both)
      .replaceAll('/etc/ssl/app.pem', certificate.pem)
      .replaceAll('/etc/ssl/app.key', certificate.keyFile)
      .replaceAll(':8443', `:${port}`)
      .replaceAll('bind :443', `bind :${port}`)
      .replaceAll('*:443', `*:${port}`)
      .replaceAll('listen 443', `listen ${port}`)
  const { command, start: argumentsOf } = proxies[name]
  const env = {
    UPSTREAMS: ports.map(own => `127.0.0.1:${own}`).join(' '),
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder
  }
  let proxy
  try {
    await Promise.all(
      ports.map(own => until(async () => (await fetch(`http://127.0.0.1:${own}/readyz`)).ok))
    )
    proxy = start(command, argumentsOf(place, port), env)
    const gone = once(proxy.child, 'exit').then(([code]) => {
      throw new Error(`it ended with ${code}`)
    })
    await Promise.race([examine(port, () => stop(instances[0].child, 'SIGKILL')), gone])
    return undefined
  } catch (error) {
    const said = [proxy, ...instances].map(one => one?.output().slice(-2000)).join('\n')
    return `${error.message}\n${said}`
  } finally {
    for (const one of [proxy, ...instances]) if (one) await stop(one.child)
  }
}

function makeCertificate() {
  const [pem, keyFile] = [join(folder, 'app.pem'), join(folder, 'app.key')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject],
    ...['-keyout', keyFile, '-out', pem]
  ])
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr ?? made.error}`)
  const both = write('both.pem', readFileSync(pem, 'utf8') + readFileSync(keyFile, 'utf8'))
  return { pem, keyFile, both, key: randomBytes(32).toString('base64') }
}

/** Debian keeps some of them in sbin, which is in no path but root's. */
process.env.PATH = `${process.env.PATH}:/usr/sbin:/sbin`
const isInstalled = command => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

const wanted = process.argv.slice(2)
const names = Object.keys(proxies).filter(name => wanted.length === 0 || wanted.includes(name))
if (!existsBuild()) prepare()
const redis = await ensureRedis()
const api = startApi()
const port = await freePort()
const cognito = start(process.execPath, [join(root, 'dist/emulator/main.js')], {
  NODE_ENV: 'development',
  LOCAL_COGNITO_PORT: String(port)
})
const failed = []
const absent = []
try {
  const around = {
    redis: redis.url,
    cognito: `http://127.0.0.1:${port}`,
    api: `http://127.0.0.1:${api.address().port}`,
    certificate: makeCertificate()
  }
  await until(async () => (await fetch(`${around.cognito}/_local/calls`)).ok)
  for (const name of names) {
    if (!isInstalled(proxies[name].command)) {
      absent.push(name)
      console.log(`${name}: NOT INSTALLED, not checked (apt-get install ${proxies[name].command})`)
      continue
    }
    const fault = await check(name, around)
    if (fault) failed.push(name)
    console.log(fault ? `${name}: FAILED: ${fault}` : `${name}: ok`)
  }
} finally {
  await stop(cognito.child)
  for (const child of running) child.kill('SIGKILL')
  api.close()
  api.closeAllConnections()
  await redis.stop()
  rmSync(folder, { recursive: true, force: true })
}
console.log(
  `${names.length - failed.length - absent.length} ok, ${failed.length} failed, ${absent.length} not installed`
)
process.exitCode = failed.length > 0 ? 1 : 0

/** What a test has built is not built again. */
function existsBuild() {
  return process.env.CHECK_PROXIES_BUILT === '1'
}
