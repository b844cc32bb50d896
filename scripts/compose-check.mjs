/**
 * Brings docker-compose.yml up for real, profile by profile, uses it, breaks it, and takes it down again.
 * Needs a Docker daemon. Prints one line per finding and the figures of docs/operating.md; exits with 1 when
 * anything was not as it should be.
 *
 * --cold   build the images without the cache
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Compose } from './lib/compose.mjs'
import { Visitor } from './lib/visitor.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))
const ports = {
  PORT: '13000',
  LOCAL_COGNITO_PORT: '19229',
  SCALE_PORT: '18443',
  POOL_PORT: '18444'
}
const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)
const figures = []
let failed = 0

function expect(what, holds, found = '') {
  if (!holds) failed += 1
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${holds || found === '' ? '' : `: ${found}`}`)
}

async function timed(what, work) {
  const began = performance.now()
  const result = await work()
  figures.push([what, `${((performance.now() - began) / 1000).toFixed(1)} s`])
  return result
}

/** `docker compose up`: the local run. */
async function local(compose) {
  const up = () => compose.run('up', '-d', 'bff')
  await timed('images there, `up` to healthy', async () => {
    up()
    await compose.healthy(['redis', 'cognito', 'bff'])
  })
  const visitor = new Visitor(`http://localhost:${ports.PORT}`)
  expect('the page is served', String((await visitor.get('/')).body).startsWith('<!doctype html>'))
  expect('the demo user logs in', (await visitor.login()).status === 200)
  const { body } = await visitor.get('/api/hello')
  const { user } = (await visitor.get('/auth/session')).body
  expect('the API is called as that user', body.claims?.sub === user?.sub && user !== undefined)
  const photo = await visitor.call('PUT', '/auth/profile/photo', onePixel)
  expect('a photo is taken', photo.status === 200, JSON.stringify(photo.body))
  const { status: shown } = await visitor.get(new URL(photo.body.picture).pathname)
  expect('and shown', shown === 200, shown)
  await timed('Redis restarted, to healthy again', async () => {
    compose.run('restart', 'redis')
    await compose.healthy(['redis', 'bff'])
  })
  const { authenticated } = (await visitor.get('/auth/session')).body
  expect('the session outlived the restart of Redis', authenticated === true)
  const outbox = new Visitor(`http://127.0.0.1:${ports.LOCAL_COGNITO_PORT}`)
  expect('the outbox is there', Array.isArray((await outbox.get('/_local/messages')).body))
  confined(compose, 'bff')
}

function confined(compose, service) {
  const id = compose.inside(service, 'id', '-u').output.trim()
  expect('the service is not root', id === '1000', id)
  const write = compose.inside(service, 'touch', '/app/x', '/tmp/x', '/var/tmp/x')
  const refused = write.output.match(/Read-only file system/g)?.length
  expect('nothing can be written', refused === 3, write.output)
  const find = 'find / -xdev -type f -perm /6000 2>/dev/null || true'
  const lending = compose.inside(service, 'sh', '-c', find).output
  expect('no file lends rights', lending === '', lending)
  const key = compose.inside('redis', 'sh', '-c', 'ls /run/secrets')
  const held = key.output.trim().split(/\s+/).join()
  expect('Redis does not hold the session keys', held === 'redis,redis-users', held)
  const status = compose.inside(service, 'cat', '/proc/1/status').output
  expect('no capabilities', /CapBnd:\s0+\n/.test(status) && /NoNewPrivs:\s1/.test(status), status)
}

/** `--profile scale`: three instances, one of which is killed, and all restarted in turn, under load. */
async function scale(compose) {
  await timed('profile scale, `up` to healthy', async () => {
    compose.run('up', '-d', 'balancer')
    await compose.healthy(['bff-1', 'bff-2', 'bff-3', 'balancer'])
  })
  const authority = '/data/caddy/pki/authorities/local/root.crt'
  const ca = compose.inside('balancer', 'cat', authority).output
  const visitor = new Visitor(`https://localhost:${ports.SCALE_PORT}`, ca)
  expect('the demo user logs in over TLS', (await visitor.login()).status === 200)
  const wanted = new RegExp(
    `^__Host-Http-session-${ports.SCALE_PORT}=[\\w-]{43}; Path=/; HttpOnly; Secure; SameSite=Strict$`
  )
  expect('the cookie is a __Host- cookie', wanted.test(visitor.setCookie), visitor.setCookie)
  const gets = [() => visitor.get('/api/hello'), () => visitor.get('/auth/session')]
  const killed = await underLoad(gets, async () => {
    await sleep(2000)
    compose.run('kill', '-s', 'KILL', 'bff-2')
    await sleep(3000)
    compose.run('up', '-d', 'bff-2')
    await compose.healthy(['bff-2'])
  })
  tell('GETs while one instance is killed', killed)
  const anonymous = new Visitor(`https://localhost:${ports.SCALE_PORT}`, ca)
  // A POST that has been taken is not tried again: nothing but the drain keeps it whole.
  const posts = [
    () => anonymous.call('POST', '/auth/logout'),
    () => visitor.call('POST', '/api/hello', {})
  ]
  const restarted = await underLoad([...gets, ...posts], async () => {
    for (const service of ['bff-1', 'bff-2', 'bff-3']) {
      compose.run('restart', service)
      await compose.healthy([service])
      // The balancer looks once a second.
      await sleep(2500)
    }
  })
  tell('GETs and POSTs while all three are restarted in turn', restarted)
  visitor.leave()
  anonymous.leave()
  for (const service of ['bff-1', 'bff-2', 'bff-3']) {
    expect(`${service} had a part in it`, compose.run('logs', service).includes('"/api/hello"'))
  }
}

function tell(what, answers) {
  const report = JSON.stringify(Object.fromEntries(answers))
  figures.push([what, report])
  expect(`${what}: every call was served`, [...answers.keys()].every(isServed), report)
}

const isServed = status => status === 200 || status === 204

/** Makes calls from eight sides until `work` is done. Returns how often which status (or error) came. */
async function underLoad(calls, work) {
  const answers = new Map()
  let going = true
  const caller = async call => {
    while (going) {
      const outcome = await call().then(
        ({ status }) => status,
        error => error.code ?? error.message
      )
      answers.set(outcome, (answers.get(outcome) ?? 0) + 1)
    }
  }
  const callers = Array.from({ length: 8 }, (_, i) => caller(calls[i % calls.length]))
  try {
    await work()
  } finally {
    going = false
    await Promise.all(callers)
  }
  return answers
}

/** `--profile pool`: refuses what is missing; with everything there it starts as in production. */
async function pool(bare) {
  const { status, output } = bare.try('run', '--rm', '--no-deps', '-T', 'pool')
  const named = ['COGNITO_USER_POOL_ID', 'SESSION_KEYS'].every(name => output.includes(name))
  expect('without a pool and keys the service does not start, and says why', status === 1 && named)
  const compose = new Compose(root, {
    ...ports,
    COGNITO_REGION: 'eu-central-1',
    COGNITO_USER_POOL_ID: 'eu-central-1_AbCdEfGhI',
    COGNITO_CLIENT_ID: '1example23456789abcdefghij',
    SESSION_KEYS: randomBytes(32).toString('base64')
  })
  compose.run('up', '-d', 'pool-tls')
  await compose.healthy(['pool', 'pool-tls'])
  expect('with a pool and keys it is ready, over TLS', true)
}

async function check() {
  const compose = new Compose(root, ports)
  const cold = process.argv.includes('--cold')
  const build = ['build', ...(cold ? ['--no-cache'] : []), 'bff', 'cognito']
  await timed(cold ? 'images built, no cache' : 'images built', () => compose.run(...build))
  for (const image of ['cognito-bff', 'cognito-bff-local-cognito']) {
    figures.push([`size of ${image}`, `${Math.round(compose.sizeOf(image) / 1e6)} MB`])
  }
  try {
    await local(compose)
    await scale(compose)
    await pool(compose)
  } finally {
    const left = await timed('`down -v`', () => compose.down())
    expect('nothing is left', left.length === 0, left.join(' '))
  }
}

await check().catch(error => expect('the run came to its end', false, error.message))
console.log(`\n${figures.map(([what, figure]) => `| ${what} | ${figure} |`).join('\n')}\n`)
process.exitCode = failed > 0 ? 1 : 0
