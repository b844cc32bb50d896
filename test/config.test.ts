import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { ConfigError, loadConfig } from '../src/config/config.ts'

const key = (fill: string) => Buffer.from(fill.padEnd(32, '#')).toString('base64')
const goodKey = Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64')

const production = {
  NODE_ENV: 'production',
  PUBLIC_ORIGIN: 'https://app.example.com',
  COGNITO_REGION: 'eu-central-1',
  COGNITO_USER_POOL_ID: 'eu-central-1_AbCdEfGhI',
  COGNITO_CLIENT_ID: '1example23456789abcdefghij',
  REDIS_URL: 'rediss://redis.example.com',
  SESSION_KEYS: goodKey
}

const photos = {
  PHOTO_BUCKET: 'example-photos',
  PHOTO_PUBLIC_URL: 'https://photos.example.com/'
}

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

test('nothing set gives a local run', async t => {
  const config = loadConfig({})
  t.equal(config.publicOrigin, 'http://localhost:3000')
  t.equal(config.redis, undefined)
  t.equal(config.cognito.endpoint, 'http://127.0.0.1:9229')
  t.equal(config.api?.routes[0]?.upstream, 'http://127.0.0.1:9229/_local/api')
  t.equal(config.sessionKeys[0]?.length, 32)
  t.ok(Object.isFrozen(config))
})

test('a full production environment is accepted', async t => {
  t.same(problemsOf(production), [])
  t.equal(loadConfig(production).cognito.endpoint, undefined)
})

test('O-06 unsafe or malformed configuration refuses to start, naming the variable', async t => {
  const cases: [name: string, env: Record<string, string>][] = [
    ['PUBLIC_ORIGIN', { PUBLIC_ORIGIN: 'http://app.example.com' }],
    ['PUBLIC_ORIGIN', { PUBLIC_ORIGIN: 'https://app.example.com/path' }],
    ['PUBLIC_ORIGIN', { PUBLIC_ORIGIN: '' }],
    ['SESSION_KEYS', { SESSION_KEYS: '' }],
    ['SESSION_KEYS', { SESSION_KEYS: 'short' }],
    ['SESSION_KEYS', { SESSION_KEYS: `${goodKey},${goodKey}` }],
    ['SESSION_KEYS', { SESSION_KEYS: key('a') }],
    ['REDIS_URL', { REDIS_URL: '' }],
    ['REDIS_URL', { REDIS_URL: 'http://redis' }],
    ['REDIS_CLUSTER_NODES', { REDIS_CLUSTER_NODES: 'a:6379' }],
    ['REDIS_CLUSTER_NODES', { REDIS_URL: '', REDIS_CLUSTER_NODES: 'a' }],
    ['REDIS_SENTINEL_NAME', { REDIS_URL: '', REDIS_SENTINELS: 'a:26379' }],
    ['COGNITO_CLIENT_ID', { COGNITO_CLIENT_ID: '' }],
    ['COGNITO_USER_POOL_ID', { COGNITO_USER_POOL_ID: 'us-east-1_AbCdEfGhI' }],
    ['COGNITO_ENDPOINT', { COGNITO_ENDPOINT: 'http://cognito.internal' }],
    ['COGNITO_MFA_METHODS', { COGNITO_MFA_METHODS: 'EMAIL_OTP,FAX' }],
    ['COGNITO_MFA_METHODS', { COGNITO_MFA_METHODS: 'EMAIL_OTP,EMAIL_OTP' }],
    ['COGNITO_MFA_METHODS', { COGNITO_MFA_METHODS: 'none,EMAIL_OTP' }],
    ['COGNITO_AUTH_FLOW', { COGNITO_AUTH_FLOW: 'CUSTOM_AUTH' }],
    ['RATE_LIMIT_SCALE', { RATE_LIMIT_SCALE: '0' }],
    ['RATE_LIMIT_SCALE', { RATE_LIMIT_SCALE: '100' }],
    ['RATE_LIMIT_SCALE', { RATE_LIMIT_SCALE: '0.5' }],
    ['RATE_LIMIT_LOGIN_PER_ACCOUNT', { RATE_LIMIT_LOGIN_PER_ACCOUNT: '5' }],
    ['TRUST_PROXY', { TRUST_PROXY: 'true' }],
    ['TRUST_PROXY', { TRUST_PROXY: '0.0.0.0/0' }],
    ['API_UPSTREAM', { API_UPSTREAM: 'ftp://api' }],
    ['PAGE_DIRECTORY', { PAGE_DIRECTORY: 'nowhere' }],
    ['PAGE_CSP', { PAGE_CSP: 'frame-ancestors https://example.com' }],
    ['PAGE_CSP', { PAGE_CSP: 'default-src *' }],
    ['PAGE_CSP', { PAGE_CSP: 'img-src' }],
    ['PAGE_CSP', { PAGE_CSP: 'img-src *' }],
    ['PAGE_CSP', { PAGE_CSP: 'img-src http://images.example.com' }],
    ['PAGE_CSP', { PAGE_CSP: "img-src 'none'" }],
    ['PAGE_CSP', { PAGE_CSP: "script-src 'unsafe-inline'" }],
    ['PAGE_CSP', { PAGE_CSP: "script-src 'unsafe-eval'" }],
    ['PAGE_CSP', { PAGE_CSP: "script-src 'nonce-abc'" }],
    ['PAGE_CSP', { PAGE_CSP: 'script-src https:' }],
    ['PAGE_CSP', { PAGE_CSP: 'script-src data:' }],
    ['PAGE_CSP', { PAGE_CSP: 'style-src "sha256-47DEQpj8HBSa"' }],
    ['NODE_TLS_REJECT_UNAUTHORIZED', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
    ['HTTPS_PROXY', { HTTPS_PROXY: 'socks5://proxy:1080' }],
    ['AWS_USE_FIPS_ENDPOINT', { AWS_USE_FIPS_ENDPOINT: 'maybe' }],
    ['COGNITO_ISSUER', { COGNITO_ISSUER: 'http://issuer.example/pool' }],
    ['PORT', { PORT: '70000' }],
    ['PORT', { PORT: 'http' }],
    ['NODE_ENV', { NODE_ENV: 'prod' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
    ['SESSION_IDLE_SECONDS', { SESSION_IDLE_SECONDS: '43201' }],
    ['SESSION_IDLE_SECONDS', { SESSION_IDLE_SECONDS: '0' }],
    ['PHOTO_DIRECTORY', { PHOTO_DIRECTORY: '.local/photos' }],
    ['LOCAL_OUTBOX_URL', { LOCAL_OUTBOX_URL: 'http://127.0.0.1:9229/' }],
    ['PHOTO_DIRECTORY', { ...photos, PHOTO_DIRECTORY: '.local/photos' }],
    ['PHOTO_PUBLIC_URL', { ...photos, PHOTO_PUBLIC_URL: '' }],
    ['PHOTO_PUBLIC_URL', { ...photos, PHOTO_PUBLIC_URL: 'http://photos.example.com' }],
    ['PHOTO_PUBLIC_URL', { ...photos, PHOTO_PUBLIC_URL: 'https://photos.example.com/?a' }],
    ['PHOTO_PUBLIC_URL', { ...photos, PHOTO_BUCKET: '' }],
    ['PHOTO_ACCESS_KEY_ID', { PHOTO_ACCESS_KEY_ID: 'AKIAEXAMPLE' }],
    ['PHOTO_ACCESS_KEY_ID', { ...photos, PHOTO_SECRET_ACCESS_KEY: 'x' }],
    ['PHOTO_SECRET_ACCESS_KEY', { ...photos, PHOTO_ACCESS_KEY_ID: 'AKIAEXAMPLE' }],
    ['PHOTO_ENDPOINT', { ...photos, PHOTO_ENDPOINT: 's3://objects' }],
    ['PHOTO_BUCKET', { ...photos, PHOTO_BUCKET: 'photos/of/users' }],
    ['METRICS_PORT', { PORT: '3000', METRICS_PORT: '3000' }],
    ['METRICS_PORT', { METRICS_PORT: '65536' }],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }],
    ['DRAIN_SECONDS', { DRAIN_SECONDS: '61' }],
    ['PRESSURE_HEAP_PERCENT', { PRESSURE_HEAP_PERCENT: '101' }]
  ]
  for (const [name, env] of cases) {
    const problems = problemsOf({ ...production, ...env })
    t.equal(problems.length, 1, `${name} ${JSON.stringify(env)}`)
    t.match(problems[0], new RegExp(`^${name} `))
  }
})

test('photos are kept where it is said, and nowhere by default', async t => {
  t.equal(loadConfig({}).photos, undefined)
  t.same(loadConfig({ PHOTO_DIRECTORY: '.local/photos' }).photos, {
    kind: 'directory',
    directory: '.local/photos',
    publicUrl: 'http://localhost:3000/photos'
  })
  const bucket = {
    kind: 'bucket',
    bucket: 'example-photos',
    region: 'eu-central-1',
    publicUrl: 'https://photos.example.com',
    aws: { fips: false, dualstack: false },
    proxies: { noProxy: [] }
  }
  t.same(loadConfig({ ...production, ...photos }).photos, bucket)
  const elsewhere = {
    PHOTO_REGION: 'auto',
    PHOTO_ENDPOINT: 'https://objects.example.com/',
    PHOTO_ACCESS_KEY_ID: 'id',
    PHOTO_SECRET_ACCESS_KEY: 'secret'
  }
  t.same(loadConfig({ ...production, ...photos, ...elsewhere }).photos, {
    ...bucket,
    region: 'auto',
    endpoint: 'https://objects.example.com',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' }
  })
})

test('second factors are those the pool has: all, some, or none', async t => {
  const methods = (value: string) => loadConfig({ COGNITO_MFA_METHODS: value }).mfaMethods
  t.same(methods(''), ['SOFTWARE_TOKEN_MFA', 'SMS_MFA', 'EMAIL_OTP'])
  t.same(methods('EMAIL_OTP, SOFTWARE_TOKEN_MFA'), ['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'])
  t.same(methods('none'), [])
})

test('Redis is one server, a cluster, or watched over by sentinels', async t => {
  const { REDIS_URL: _, ...rest } = production
  const nodes = 'rediss://user:pass@b:6380, a:6379,[::1]:6381'
  t.same(loadConfig({ ...rest, REDIS_CLUSTER_NODES: nodes }).redis, {
    clusterNodes: ['rediss://user:pass@b:6380', 'a:6379', '[::1]:6381']
  })
  const sentinels = { REDIS_SENTINELS: 'a:26379', REDIS_SENTINEL_NAME: 'main' }
  t.same(loadConfig({ ...rest, ...sentinels }).redis, {
    sentinels: ['a:26379'],
    sentinelName: 'main'
  })
  t.same(loadConfig({ ...production, ...sentinels }).redis, {
    sentinels: ['a:26379'],
    sentinelName: 'main',
    serverUrl: production.REDIS_URL
  })
})

test('metrics and traces are off unless asked for, and only balanced instances linger', async t => {
  const local = loadConfig({})
  t.equal(local.metricsPort, undefined)
  t.equal(local.tracesUrl, undefined)
  t.equal(local.drainFor, 0)
  t.equal(loadConfig(production).drainFor, 2000)
  const { tracesUrl } = loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' })
  t.equal(tracesUrl, 'http://collector:4318/v1/traces')
})

test('all problems are listed at once, and no value is', async t => {
  const secret = 'sup3r-s3cret-but-not-a-key'
  const problems = problemsOf({ NODE_ENV: 'production', PORT: 'x', SESSION_KEYS: secret })
  for (const name of ['PORT', 'SESSION_KEYS', 'PUBLIC_ORIGIN', 'REDIS_URL', 'COGNITO_REGION']) {
    t.ok(
      problems.some(problem => problem.startsWith(`${name} `)),
      name
    )
  }
  t.notMatch(problems.join(), secret)
})

test('a secret may come from a file, but not from both places', async t => {
  const file = join(mkdtempSync(join(t.testdir(), 'k-')), 'key')
  writeFileSync(file, `${goodKey}\n`)
  const { SESSION_KEYS: _, ...rest } = production
  t.same(loadConfig({ ...rest, SESSION_KEYS_FILE: file }).sessionKeys, [
    Buffer.from(goodKey, 'base64')
  ])
  t.match(problemsOf({ ...production, SESSION_KEYS_FILE: file })[0], /^SESSION_KEYS is set both/)
  t.match(problemsOf({ ...rest, SESSION_KEYS_FILE: '/nowhere' })[0], /^SESSION_KEYS_FILE names/)
})
