/** The project's own Caddyfile before three instances that are restarted one after the other, under load. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { type Test, test } from 'tap'
import { type Instance, startInstance } from '../chaos/instance.ts'
import { root } from '../repo/sources.ts'
import { startCognito } from '../support/cognito.ts'
import { startRedis, testFolder } from '../support/redis.ts'
import { freePort } from '../support/redis-process.ts'

const noCaddy = spawnSync('caddy', ['version']).error !== undefined && 'no caddy'

const calls = [
  ['GET', '/auth/session', 200],
  ['POST', '/auth/logout', 204],
  ['DELETE', '/auth/sessions/none', 401],
  ['GET', '/', 200]
] as const

/** Its authority is of its own making. */
const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 16 })

/** The status, or what kept it from coming. */
function ask(port: number, method: string, path: string): Promise<number | string> {
  return new Promise(resolve => {
    const options = { host: 'localhost', port, method, path, agent, headers: { 'x-csrf': '1' } }
    const outgoing = request(options, incoming => {
      incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0))
    })
    outgoing.on('error', error => resolve(error.message)).end()
  })
}

async function startCaddy(t: Test, upstreams: readonly string[]): Promise<number> {
  const [port, folder] = [await freePort(), await testFolder(t)]
  const file = join(folder, 'Caddyfile')
  const own = readFileSync(join(root, 'deploy/Caddyfile'), 'utf8')
  writeFileSync(file, own.replace('localhost:8443', `localhost:${port}`))
  const env = { PATH: process.env.PATH, HOME: folder, UPSTREAMS: upstreams.join(' ') }
  const caddy = spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    env: { ...env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: 'ignore'
  })
  const ended = once(caddy, 'exit')
  t.teardown(async () => {
    agent.destroy()
    caddy.kill('SIGKILL')
    await ended
  })
  while ((await ask(port, 'GET', '/auth/session')) !== 200) await tick()
  return port
}

const tick = () => new Promise(resolve => setTimeout(resolve, 20))

const isReady = async ({ url }: Instance) => (await fetch(`${url}/readyz`)).status === 200

test('O-07 a rolling restart behind the Caddyfile fails no call of any method', {
  skip: noCaddy
}, async t => {
  const [redis, cognito] = [await startRedis(t), await startCognito(t)]
  const env = { REDIS_URL: redis.url, COGNITO_ENDPOINT: cognito.url, LOG_LEVEL: 'warn' }
  const start = (port: number) => startInstance(t, { ...env, PORT: `${port}` })
  const ports = [await freePort(), await freePort(), await freePort()]
  const instances = await Promise.all(ports.map(start))
  const port = await startCaddy(
    t,
    ports.map(one => `127.0.0.1:${one}`)
  )

  const failed: string[] = []
  let count = 0
  let isOver = false
  const load = Array.from({ length: 6 }, async () => {
    while (!isOver) {
      for (const [method, path, expected] of calls) {
        const status = await ask(port, method, path)
        count += 1
        if (status !== expected) failed.push(`${method} ${path} ${status}`)
      }
    }
  })
  for (const [i, instance] of instances.entries()) {
    t.equal(await instance.drain(), 0)
    const next = await start(ports[i] ?? 0)
    while (!(await isReady(next))) await tick()
    // The balancer looks once a second, and has to see it before the next one goes.
    await new Promise(resolve => setTimeout(resolve, 2500))
  }
  isOver = true
  await Promise.all(load)
  t.same(failed, [])
  t.comment(`${count} calls`)
  t.ok(count > 100)
})
