import { test } from 'tap'
import { loadConfig } from '../../src/config/config.ts'
import { testKey } from '../support/service.ts'

const production = {
  NODE_ENV: 'production',
  PUBLIC_ORIGIN: 'https://app.example.com',
  COGNITO_REGION: 'eu-central-1',
  COGNITO_USER_POOL_ID: 'eu-central-1_AbCdEfGhI',
  COGNITO_CLIENT_ID: '1example23456789abcdefghij',
  API_UPSTREAM: 'https://api.internal',
  COGNITO_CLIENT_SECRET: 'a-secret-of-the-app-client',
  REDIS_URL: 'rediss://redis.example.com',
  SESSION_KEYS: testKey
}

const warnings = (env: Record<string, string>) => loadConfig({ ...production, ...env }).warnings

test('a slip in a name is warned of, and names of others are not', async t => {
  t.same(warnings({}), [])
  for (const [slip, meant] of [
    ['SESSION_KEYS_FILES', 'SESSION_KEYS_FILE'],
    ['SESION_IDLE_SECONDS', 'SESSION_IDLE_SECONDS'],
    ['COGNITO_CLIENT_SECRETE', 'COGNITO_CLIENT_SECRET'],
    ['RATE_LIMIT_LOGIN_PER_ADRESS', 'RATE_LIMIT_LOGIN_PER_ADDRESS'],
    ['session_keys', 'SESSION_KEYS']
  ] as const) {
    t.same(warnings({ [slip]: 'x' }), [`${slip} is not read: is ${meant} meant?`])
  }
  const others = [
    'HOSTS',
    'REDIS_HOST',
    'REDIS_PORT',
    'OTEL_SERVICE_NAME',
    'HOSTNAME',
    'HTTP_PROXY'
  ]
  for (const name of others) t.same(warnings({ [name]: 'x' }), [], name)
  t.same(warnings({ SESSION_KEY: '' }), [], 'an empty one is not set')
})

test('access tokens in the clear are warned of in production', async t => {
  t.match(warnings({ API_UPSTREAM: 'http://api.internal:8080' }), [/^API_UPSTREAM is plain http/])
  t.match(warnings({ API_UPSTREAM: 'HTTP://api.internal' }), [/^API_UPSTREAM is plain http/])
  t.same(warnings({ API_UPSTREAM: 'http://127.0.0.1:8080' }), [])
  t.same(warnings({ API_UPSTREAM: 'https://api.internal' }), [])
  t.same(loadConfig({ API_UPSTREAM: 'http://api.internal' }).warnings, [])
})

test('A-14 an app client without a secret is warned of in production', async t => {
  t.match(warnings({ COGNITO_CLIENT_SECRET: '' }), [/^COGNITO_CLIENT_SECRET is not set: anyone/])
  const { COGNITO_CLIENT_SECRET: _, NODE_ENV: __, ...local } = production
  t.same(loadConfig(local).warnings, [])
})

test('the port of OTLP over gRPC is warned of', async t => {
  const at = (port: number) => warnings({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://collector:${port}` })
  t.match(at(4317), [/^OTEL_EXPORTER_OTLP_ENDPOINT has the port of OTLP over gRPC/])
  t.same(at(4318), [])
})

test('a file of authorities that is not there is warned of', async t => {
  t.match(warnings({ NODE_EXTRA_CA_CERTS: '/nowhere.pem' }), [/^NODE_EXTRA_CA_CERTS names a file/])
  t.same(warnings({ NODE_EXTRA_CA_CERTS: 'package.json' }), [])
})
