/** Every variable and every setting of an API route changes the configuration, and each part of that is read. */
import { join } from 'node:path'
import type { Static } from '@sinclair/typebox'
import { test } from 'tap'
import type { ApiRoutes } from '../../src/config/api.ts'
import { loadConfig } from '../../src/config/config.ts'
import type { Environment } from '../../src/config/environment.ts'
import { readSources, root } from '../repo/sources.ts'

type Settings = Readonly<Record<string, string>>

const key = (text: string) => Buffer.from(text).toString('base64')

const pool = {
  COGNITO_REGION: 'eu-central-1',
  COGNITO_USER_POOL_ID: 'eu-central-1_AbCdEfGhI',
  COGNITO_CLIENT_ID: '1example23456789abcdefghij',
  COGNITO_ISSUER: 'https://issuer.example.com/pool'
}
const sentinels = { REDIS_SENTINELS: 'one:26379', REDIS_SENTINEL_NAME: 'mymaster' }
const bucket = {
  PHOTO_BUCKET: 'example-photos',
  PHOTO_PUBLIC_URL: 'https://photos.example.com',
  PHOTO_ACCESS_KEY_ID: 'id',
  PHOTO_SECRET_ACCESS_KEY: 'secret'
}
const production = { ...pool, PUBLIC_ORIGIN: 'https://a.example', REDIS_URL: 'rediss://r.example' }

/** What every configuration here has: else each would draw a key of its own. */
const always = { SESSION_KEYS: key('0123456789abcdefghijklmnopqrstuv') }

/** A value of each variable that is not its default, and the settings that it needs beside it. */
const samples: Readonly<Record<keyof Environment, string | readonly [string, Settings]>> = {
  NODE_ENV: ['production', production],
  HOST: '0.0.0.0',
  PORT: '3001',
  PUBLIC_ORIGIN: 'https://a.example',
  HSTS: 'off',
  TRUST_PROXY: '10.0.0.0/8',
  COGNITO_REGION: ['eu-west-1', pool],
  COGNITO_USER_POOL_ID: ['eu-central-1_BbCdEfGhI', pool],
  COGNITO_CLIENT_ID: ['2example23456789abcdefghij', pool],
  COGNITO_CLIENT_SECRET: 'secret',
  COGNITO_ENDPOINT: 'http://127.0.0.1:9999',
  COGNITO_ISSUER: 'https://issuer.example.com/pool',
  COGNITO_AUTH_FLOW: 'USER_PASSWORD_AUTH',
  COGNITO_CHALLENGE_SECONDS: '200',
  COGNITO_MFA_METHODS: 'none',
  LOCAL_COGNITO_PORT: '9230',
  REDIS_URL: 'redis://r.example',
  REDIS_CLUSTER_NODES: 'one:6379',
  REDIS_SENTINELS: ['two:26379', sentinels],
  REDIS_SENTINEL_NAME: ['other', sentinels],
  REDIS_PREFIX: 'other:',
  SESSION_KEYS: key('abcdefghijklmnopqrstuv0123456789'),
  SESSION_IDLE_SECONDS: '60',
  SESSION_ABSOLUTE_SECONDS: '7200',
  REAUTHENTICATION_SECONDS: '60',
  API_UPSTREAM: 'http://api.example',
  API_ROUTES: '[{ "path": "/api/a", "upstream": "http://api.example" }]',
  API_CONNECTIONS: '2',
  API_CALLS_PER_USER: '2',
  API_STALL_SECONDS: '2',
  API_PROXY: ['on', { API_UPSTREAM: 'https://api.example', HTTPS_PROXY: 'http://p.example:3128' }],
  PAGE_DIRECTORY: join(root, 'web'),
  PAGE_CSP: 'img-src https://images.example.com',
  ENUMERATION_PROTECTION: 'off',
  TOKEN_THEFT_ENDS: 'session',
  TRIGGER_MESSAGES: 'show',
  RATE_LIMIT_SIGNUP_PER_ADDRESS: '1/2',
  RATE_LIMIT_SIGNUP_PER_ACCOUNT: '1/2',
  RATE_LIMIT_LOGIN_PER_ADDRESS: '1/2',
  RATE_LIMIT_LOGIN_PER_ACCOUNT: '1/2',
  RATE_LIMIT_CHALLENGE_PER_ADDRESS: '1/2',
  RATE_LIMIT_CHALLENGE_PER_ACCOUNT: '1/2',
  RATE_LIMIT_SEND_PER_ADDRESS: '1/2',
  RATE_LIMIT_SEND_PER_ACCOUNT: '1/2',
  RATE_LIMIT_SEND_PER_USER: '1/2',
  RATE_LIMIT_MFA_CODE_PER_ACCOUNT: '1/2',
  RATE_LIMIT_CODE_PER_ADDRESS: '1/2',
  RATE_LIMIT_CODE_PER_ACCOUNT: '1/2',
  RATE_LIMIT_COGNITO_PER_USER: '1/2',
  RATE_LIMIT_SCALE: '2',
  PHOTO_BUCKET: ['other-photos', bucket],
  PHOTO_PUBLIC_URL: ['https://other.example.com', bucket],
  PHOTO_REGION: ['eu-west-1', bucket],
  PHOTO_ENDPOINT: ['https://objects.example.com', bucket],
  PHOTO_ACCESS_KEY_ID: ['other', bucket],
  PHOTO_SECRET_ACCESS_KEY: ['other', bucket],
  PHOTO_DIRECTORY: '/photos',
  LOCAL_OUTBOX_URL: 'http://127.0.0.1:9999/messages',
  LOG_LEVEL: 'debug',
  REVISION: '0123456789abcdef0123456789abcdef01234567',
  METRICS_PORT: '9464',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example:4318',
  DRAIN_SECONDS: '5',
  PRESSURE_EVENT_LOOP_MS: '2',
  PRESSURE_HEAP_PERCENT: '2',
  PRESSURE_RSS_MB: '2'
}

test('every variable changes the configuration', async t => {
  for (const [name, sample] of Object.entries(samples)) {
    const [value, needed] = typeof sample === 'string' ? [sample, {}] : sample
    const before = loadConfig({ ...always, ...needed })
    const after = loadConfig({ ...always, ...needed, [name]: value })
    t.strictNotSame(after, before, name)
  }
})

const readers = readSources().filter(({ path }) => /^(src\/(?!config)|plugins|routes)/.test(path))

const isRead = (name: string) => readers.some(({ text }) => new RegExp(`\\b${name}\\b`).test(text))

test('every part of the configuration is read outside src/config', async t => {
  for (const name of Object.keys(loadConfig(always))) t.ok(isRead(name), name)
})

/** A value of each setting of an API route that is not its default. */
const routeSamples: Readonly<Required<Static<typeof ApiRoutes>[number]>> = {
  path: '/api/a',
  upstream: 'http://a.example',
  session: 'optional',
  token: 'none',
  groups: ['admins'],
  maxAgeSeconds: 300,
  cache: 'upstream',
  timeoutSeconds: 60,
  webSocket: true,
  bodyLimitMiB: 1
}

test('every setting of an API route changes the route, and is read outside src/config', async t => {
  const plain = { path: '/api', upstream: 'http://api.example' }
  const load = (route: object) => loadConfig({ ...always, API_ROUTES: JSON.stringify([route]) }).api
  for (const [name, value] of Object.entries(routeSamples)) {
    t.strictNotSame(load({ ...plain, [name]: value }), load(plain), name)
  }
  const [route = {}] = load({ ...routeSamples, session: 'required' })?.routes ?? []
  for (const name of Object.keys(route)) t.ok(isRead(name), name)
})
