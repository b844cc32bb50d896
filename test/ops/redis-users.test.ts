/** Who may do what in Redis: what deploy/ sets up, and the commands that docs/operating.md gives, tried. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Test, test } from 'tap'
import { root } from '../repo/sources.ts'
import { commands, needServer, testFolder } from '../support/redis.ts'
import { freePort, redisProcess } from '../support/redis-process.ts'

const manual = readFileSync(join(root, 'docs/operating.md'), 'utf8')

/** Redis as in docker-compose.yml: its configuration, and users drawn by the script. */
async function startDeployed(t: Test) {
  const secrets = await testFolder(t)
  for (const name of ['redis', 'redis-users', 'session', 'data']) mkdirSync(join(secrets, name))
  const draw = () =>
    execFileSync('sh', [join(root, 'deploy/generate-secrets.sh')], {
      env: { ...process.env, SECRETS: secrets }
    })
  draw()
  const read = (name: string) => readFileSync(join(secrets, name), 'utf8')
  const port = await freePort()
  const settings = join(secrets, 'redis.conf')
  const deployed = readFileSync(join(root, 'deploy/redis.conf'), 'utf8')
  const moved = deployed.replace('/run/secrets', secrets).replace('/data', join(secrets, 'data'))
  writeFileSync(settings, moved)
  const where = ['--port', `${port}`, '--bind', '127.0.0.1']
  const server = redisProcess(needServer(), [settings, ...where])
  t.teardown(() => server.stop())
  await server.start()
  const as = (user: string, password: string) =>
    commands(`redis://${user}:${password}@127.0.0.1:${port}`)
  return { server, port, as, read, draw }
}

test('the service reaches its keys, operators all keys, and other users none', async t => {
  const { as, read, draw, port } = await startDeployed(t)
  const password = read('redis/password')
  const bff = as('bff', password)
  t.equal(read('redis/url'), `redis://bff:${password}@redis:6379`)
  t.equal(await bff.cli('SET', 'bff:s:x', '1'), 'OK')
  t.equal(await bff.cli('PUBLISH', 'bff:ends', 'x'), 0)
  for (const command of [
    ['GET', 'other'],
    ['CONFIG', 'GET', 'dir'],
    ['INFO'],
    ['FLUSHALL'],
    ['PUBLISH', 'other', 'x']
  ]) {
    await t.rejects(bff.cli(...command), /NOPERM/, command.join(' '))
  }
  const ops = as('ops', read('redis-users/ops-password'))
  t.match(await ops.cli('INFO', 'stats'), 'evicted_keys')
  t.equal(await ops.cli('CONFIG', 'SET', 'maxmemory', '512mb'), 'OK')
  await t.rejects(commands(`redis://127.0.0.1:${port}`).cli('PING'), /NOAUTH/)
  t.notMatch(read('redis-users/users.acl'), password, 'only hashes are kept there')
  draw()
  t.equal(read('redis/password'), password, 'drawn once')
})

/** The lines of the manual that hold `$redis`, as a shell runs them. */
const runbook = manual
  .split('\n')
  .map(line => line.trim())
  .filter(line => /^[^`]*\$redis /.test(line) && !line.startsWith('-'))

const noProgram = spawnSync('redis-cli', ['--version']).error !== undefined && 'no redis-cli'

test('the commands of the runbooks do what they are for', { skip: noProgram }, async t => {
  const { as, read, port, server } = await startDeployed(t)
  const old = read('redis/password')
  const ops = as('ops', read('redis-users/ops-password'))
  const cookie = 'a'.repeat(43)
  const env = {
    PATH: process.env.PATH,
    REDISCLI_AUTH: read('redis-users/ops-password'),
    redis: `redis-cli --user ops -h 127.0.0.1 -p ${port}`,
    old,
    new: 'another-password',
    name: cookie
  }
  const run = (part: string) => {
    const line = runbook.find(one => one.includes(part)) ?? `false # ${part} is not in the manual`
    return execFileSync('sh', ['-c', line], { env, encoding: 'utf8' })
  }
  // Not by the library, which tries a refused password again and again.
  const login = (password: string) => {
    const args = ['--user', 'bff', '-h', '127.0.0.1', '-p', `${port}`, 'get', 'bff:s:x']
    const asService = { ...env, REDISCLI_AUTH: password }
    const { stdout, stderr } = spawnSync('redis-cli', args, { env: asService, encoding: 'utf8' })
    return stdout + stderr
  }

  t.match(run('ping'), 'PONG')
  await ops.cli('SET', `bff:s:{${cookie}}`, '1')
  t.equal(run('$redis del').trim(), '1')
  for (const key of ['bff:s:{a}', 'bff:l:{a}', 'bff:i:{a}', 'bff:r:x'])
    await ops.cli('SET', key, '1')
  run('--scan')
  t.same(await ops.cli('KEYS', '*'), ['bff:r:x'])

  run(`printf '>%s'`)
  for (const password of [old, env.new]) t.notMatch(login(password), /WRONGPASS|NOAUTH/)
  run(`printf '<%s'`)
  await server.stop()
  await server.start()
  t.notMatch(login(env.new), /WRONGPASS|NOAUTH/)
  t.match(login(old), /WRONGPASS/, 'not even a restart brings it back')
  t.equal(runbook.length, 5, runbook.join('\n'))
})
