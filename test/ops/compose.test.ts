/** docker-compose.yml keeps to its promises: confined containers, loopback ports, no secret by default. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { standardNames } from '../../src/config/egress.ts'
import { environmentNames, secretNames } from '../../src/config/environment.ts'
import { root } from '../repo/sources.ts'
import { type ComposeService, composeText, readComposeFile } from './compose-file.ts'

const { services, networks, volumes } = readComposeFile()
const entries = Object.entries(services)

/** The services that run this project's own image. */
const own = entries.filter(([, { image }]) => image === 'cognito-bff')

/** Runs to its end and is then waited for, so it has no health. */
const oneShots = ['generate-secrets']

const named = (service: string): ComposeService => {
  const found = services[service]
  if (found) return found
  throw new Error(`docker-compose.yml has no service ${service}`)
}

const names = (wanted: (service: ComposeService) => boolean) =>
  entries.filter(([, service]) => wanted(service)).map(([name]) => name)

test('a plain `up` runs the local three; pool and scale are profiles', async t => {
  const always = names(({ profiles }) => profiles === undefined)
  t.same(always, ['generate-secrets', 'redis', 'cognito', 'bff'])
  const scale = names(({ profiles }) => profiles?.includes('scale') === true)
  t.same(scale, ['bff-1', 'bff-2', 'bff-3', 'balancer'])
  t.same(
    names(({ profiles }) => profiles?.includes('pool') === true),
    ['pool', 'pool-tls']
  )
})

test('a plain `up` needs no file and no variable', async t => {
  t.same(
    names(service => service.env_file !== undefined),
    []
  )
  // Compose fills in every service, of profiles that are not active, too.
  t.notMatch(composeText, /\$\{\w+:?\?/)
  t.same(composeText.match(/\$\{\w+\}/g), null, 'every variable has a default')
})

test('every container is confined', async t => {
  for (const [name, service] of entries) {
    t.equal(service.read_only, true, `${name}: the root file system is read-only`)
    t.same(service.cap_drop, ['ALL'], `${name}: no capabilities`)
    t.same(service.security_opt, ['no-new-privileges:true'], name)
    t.equal(service.init, true, `${name}: something reaps and forwards signals`)
  }
  t.same(
    names(({ cap_add }) => cap_add !== undefined),
    ['balancer', 'pool-tls']
  )
})

test('ports are published on loopback only', async t => {
  const published = entries.flatMap(([, { ports = [] }]) => ports)
  t.equal(published.length, 4)
  for (const port of published) t.match(port, /^127\.0\.0\.1:\$\{\w+:-\d+\}:\d+$/)
})

test('what runs has a health check, and is waited for until it is healthy', async t => {
  const unhealthy = names(({ healthcheck, build }) => !healthcheck && !build)
  t.same(unhealthy, oneShots)
  for (const [name, { depends_on = {} }] of entries) {
    for (const [needed, { condition }] of Object.entries(depends_on)) {
      const wanted = oneShots.includes(needed)
        ? 'service_completed_successfully'
        : 'service_healthy'
      t.equal(condition, wanted, `${name} waits for ${needed}`)
      const { profiles } = named(needed)
      if (profiles) t.same(profiles, named(name).profiles, `${needed} is there when ${name} is`)
    }
  }
})

test('images have a version, and what is mounted exists', async t => {
  for (const [name, { image, build }] of entries) {
    if (!build) t.match(image, /:\d/, name)
    t.notMatch(image, /latest/)
  }
  const all = entries.flatMap(([, { volumes: mounts = [] }]) => mounts)
  for (const mount of all.map(text => text.replace(/\$\{\w+:-(.*?)\}/g, '$1'))) {
    const [from = ''] = mount.split(':')
    t.ok(from.startsWith('./') ? existsSync(join(root, from)) : from in volumes, mount)
    if (from.startsWith('./')) t.match(mount, /:ro$/)
  }
})

test('no secret stands in the file', async t => {
  for (const [name, { environment = {} }] of own) {
    for (const [variable, value] of Object.entries(environment)) {
      if (secretNames.some(secret => secret === variable)) {
        t.equal(
          value,
          `\${${variable}:-}`,
          `${name}: ${variable} comes from outside, or not at all`
        )
      }
    }
  }
  t.notMatch(composeText, /rediss?:\/\/[^$\s]*@/)
})

test('Redis is reached by the service alone, and never holds its keys', async t => {
  const redis = named('redis')
  t.same(redis.networks, ['store'])
  t.equal(networks.store?.internal, true)
  t.equal(redis.ports, undefined)
  t.equal(redis.user, 'redis')
  t.notMatch(redis.volumes?.join(), /session-secrets/)
  for (const [name, { volumes: mounts }] of own) {
    t.notMatch(mounts?.join(), /redis-users/, `${name} is no operator of Redis`)
  }
  const others = names(({ networks: on }) => on?.includes('store') === true)
  t.same(others, ['redis', ...own.map(([name]) => name)])
})

test('O-06 against a real pool the rules of production hold, with keys of its own', async t => {
  const { environment, volumes: mounts } = named('pool')
  t.equal(environment?.NODE_ENV, 'production')
  t.equal(environment?.SESSION_KEYS, `\${SESSION_KEYS:-}`)
  t.match(environment?.PUBLIC_ORIGIN, /^https:/)
  t.notMatch(mounts?.join(), /session-secrets/)
  // The local Cognito is the one reason not to: it refuses to be production.
  for (const [name, service] of own) {
    const isLocal = service.environment?.COGNITO_ENDPOINT === 'http://cognito:9229'
    t.equal(service.environment?.NODE_ENV, isLocal ? 'development' : 'production', name)
  }
})

test('what .env says reaches the real pool, but for what Compose decides by itself', async t => {
  const ours = ['NODE_ENV', 'HOST', 'PORT', 'PUBLIC_ORIGIN', 'TRUST_PROXY', 'REVISION']
  const decided = (name: string) =>
    ours.includes(name) || /^LOCAL_|^REDIS_(PREFIX|URL_FILE)$/.test(name)
  // Refused in production.
  const local = ['PHOTO_DIRECTORY']
  const { environment = {} } = named('pool')
  for (const name of environmentNames) {
    if (decided(name) || local.includes(name)) continue
    t.equal(environment[name], `\${${name}:-}`, name)
  }
})

test('the local runs take your API, the real pool your secrets, Redis and page', async t => {
  for (const name of ['bff', 'bff-1', 'bff-2', 'bff-3', 'pool']) {
    t.equal(named(name).environment?.API_UPSTREAM, `\${API_UPSTREAM:-}`, name)
  }
  const { environment = {}, volumes: mounts = [] } = named('pool')
  t.equal(environment.REDIS_URL_FILE, `\${REDIS_URL_FILE-/run/secrets/redis/url}`)
  for (const name of ['SECRETS_DIRECTORY', 'PAGE_DIRECTORY']) {
    const mount = mounts.find(text => text.startsWith(`\${${name}:-./deploy/none}`))
    t.match(mount, new RegExp(`:\\$\\{${name}:-/.*\\}:ro$`), 'the same path inside')
  }
})

test('every variable that is set is one the service reads', async t => {
  for (const [name, { environment = {} }] of own) {
    for (const variable of Object.keys(environment)) {
      const isKnown = [...environmentNames, ...standardNames].includes(variable)
      t.ok(isKnown, `${name}: ${variable}`)
    }
  }
})
