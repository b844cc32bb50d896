/** Every environment variable the service reads: its type, default and meaning. `.env.example` mirrors it. */

import { readFileSync } from 'node:fs'
import { type Static, type TSchema, Type, TypeGuard } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }))

const choice = <const T extends string>(values: readonly T[], description: string, fallback: T) =>
  Type.Union(
    values.map(value => Type.Literal(value)),
    { default: fallback, description }
  )

const count = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description })

const limit = (fallback: string, description: string) =>
  Type.String({
    default: fallback,
    pattern: '^[1-9]\\d{0,6}/[1-9]\\d{0,6}$',
    description,
    form: `be a count and seconds, like ${fallback}`
  })

/** `count/seconds`, per client network and per account, or per user. Reasons in DECISIONS.md, 34. */
const limits = {
  RATE_LIMIT_SIGNUP_PER_ADDRESS: limit('20/3600', 'sign-ups'),
  RATE_LIMIT_SIGNUP_PER_ACCOUNT: limit('5/3600', 'sign-ups'),
  RATE_LIMIT_LOGIN_PER_ADDRESS: limit('100/300', 'logins'),
  RATE_LIMIT_LOGIN_PER_ACCOUNT: limit('20/300', 'logins'),
  RATE_LIMIT_CHALLENGE_PER_ADDRESS: limit('100/300', 'answers to login challenges'),
  RATE_LIMIT_CHALLENGE_PER_ACCOUNT: limit('15/3600', 'answers to login challenges'),
  RATE_LIMIT_SEND_PER_ADDRESS: limit('20/3600', 'codes sent: resend, forgot'),
  RATE_LIMIT_SEND_PER_ACCOUNT: limit('5/3600', 'codes sent: resend, forgot'),
  RATE_LIMIT_CODE_PER_ADDRESS: limit('60/3600', 'codes tried: confirm, reset'),
  RATE_LIMIT_SEND_PER_USER: limit('5/3600', 'codes sent for a signed-in user'),
  RATE_LIMIT_MFA_CODE_PER_ACCOUNT: limit('10/3600', 'codes sent by logins'),
  RATE_LIMIT_CODE_PER_ACCOUNT: limit('10/3600', 'codes tried: confirm, reset'),
  RATE_LIMIT_COGNITO_PER_USER: limit('600/60', 'calls of the signed-in that ask Cognito')
}

export const Environment = Type.Object({
  NODE_ENV: choice(['development', 'test', 'production'], 'production is strict', 'development'),
  HOST: Type.String({ default: '127.0.0.1', minLength: 1, description: 'address to listen on' }),
  PORT: count(3000, 0, 65535, 'port to listen on; 0 takes a free one'),
  PUBLIC_ORIGIN: text('the one origin the page is served from'),
  TRUST_PROXY: text('addresses or CIDRs whose X-Forwarded-For and -Proto count'),

  COGNITO_REGION: text('region of the user pool'),
  COGNITO_USER_POOL_ID: text('id of the user pool'),
  COGNITO_CLIENT_ID: text('id of the app client'),
  COGNITO_CLIENT_SECRET: text('secret of a confidential app client'),
  COGNITO_ENDPOINT: text('another endpoint for the same protocol'),
  COGNITO_ISSUER: text('issuers of the ID tokens, comma-separated, where the pool has others'),
  COGNITO_AUTH_FLOW: choice(
    ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'],
    'how a password is proved',
    'USER_SRP_AUTH'
  ),
  COGNITO_CHALLENGE_SECONDS: count(
    180,
    30,
    900,
    'AuthSessionValidity of the app client, in seconds'
  ),
  COGNITO_MFA_METHODS: Type.String({
    default: 'SOFTWARE_TOKEN_MFA,SMS_MFA,EMAIL_OTP',
    description: 'second factors that the pool has, comma-separated, or none'
  }),
  LOCAL_COGNITO_PORT: count(9229, 0, 65535, 'port of the local Cognito'),

  REDIS_URL: text('redis:// or rediss://'),
  REDIS_CLUSTER_NODES: text('host:port, comma-separated, instead of REDIS_URL'),
  REDIS_SENTINELS: text('host:port, comma-separated, instead of REDIS_URL'),
  REDIS_SENTINEL_NAME: text('name of the master the sentinels watch'),
  REDIS_PREFIX: Type.String({
    default: 'bff:',
    pattern: '^[^{}\\s]*$',
    description: 'of all keys',
    form: 'hold neither braces nor spaces'
  }),

  SESSION_KEYS: text('base64 keys of 32 bytes, comma-separated, newest first'),
  SESSION_IDLE_SECONDS: count(1800, 1, 2_592_000, 'idle time-out'),
  SESSION_ABSOLUTE_SECONDS: count(43_200, 1, 31_536_000, 'absolute time-out'),
  REAUTHENTICATION_SECONDS: count(900, 10, 86_400, 'age of a login up to which it is recent'),

  API_UPSTREAM: text('where /api/* goes'),
  API_ROUTES: text('several APIs below /api, a JSON list'),
  API_CONNECTIONS: count(256, 1, 65_535, 'calls of the API that run at once'),
  API_CALLS_PER_USER: count(64, 1, 65_535, 'calls of the API that run at once for one user'),
  API_STALL_SECONDS: count(60, 1, 3600, 'how long a browser may take nothing of an answer'),
  API_PROXY: choice(['off', 'on'], 'whether the API is reached by HTTPS_PROXY, too', 'off'),
  PAGE_DIRECTORY: text('folder of a built page in place of the one that comes with the service'),
  PAGE_CSP: text('sources that the page adds to its content security policy'),
  ENUMERATION_PROTECTION: choice(['on', 'off'], 'hide which accounts exist', 'on'),
  TOKEN_THEFT_ENDS: choice(
    ['all', 'session'],
    'sessions that end where a refresh token was used by another party',
    'all'
  ),
  TRIGGER_MESSAGES: choice(
    ['hide', 'show'],
    "show users the text of a Lambda trigger's refusal",
    'hide'
  ),
  ...limits,
  RATE_LIMIT_SCALE: Type.Number({ default: 1, minimum: 0, description: 'multiplies every limit' }),

  PHOTO_BUCKET: text('bucket for profile photos; without one there are none'),
  PHOTO_ENDPOINT: text('another service with the protocol of S3'),
  PHOTO_REGION: text('region of the bucket; that of the user pool where not set'),
  PHOTO_PUBLIC_URL: text('where browsers find the objects of the bucket'),
  PHOTO_ACCESS_KEY_ID: text('credentials for the bucket'),
  PHOTO_SECRET_ACCESS_KEY: text('credentials for the bucket'),
  PHOTO_DIRECTORY: text('folder instead of a bucket, for local runs'),
  LOCAL_OUTBOX_URL: text('where browsers read what a local Cognito sent'),

  HSTS: choice(
    ['subdomains', 'host', 'off'],
    'Strict-Transport-Security for a year, with subdomains, without, or not at all',
    'subdomains'
  ),
  REVISION: text('commit of the build, for the log, /healthz and a metric'),
  LOG_LEVEL: choice(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'least severe level that is logged',
    'info'
  ),
  METRICS_PORT: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 65535, description: 'port for Prometheus; none: off' })
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: text('OpenTelemetry collector (OTLP over HTTP); none: off'),

  DRAIN_SECONDS: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 60, description: 'from SIGTERM to closing the listener' })
  ),
  PRESSURE_EVENT_LOOP_MS: count(1000, 0, 60_000, 'delay of the event loop that means 503; 0: off'),
  PRESSURE_HEAP_PERCENT: count(90, 0, 100, 'used share of the heap that means 503; 0: off'),
  PRESSURE_RSS_MB: count(0, 0, 1_048_576, 'resident memory that means 503; 0: off')
})

export type Environment = Static<typeof Environment>

/** Variables that hold secrets, or are long: each may come from a file named by `NAME_FILE` instead. */
export const secretNames = [
  'COGNITO_CLIENT_SECRET',
  'REDIS_URL',
  'REDIS_CLUSTER_NODES',
  'REDIS_SENTINELS',
  'SESSION_KEYS',
  'PHOTO_SECRET_ACCESS_KEY',
  'API_ROUTES'
] as const

/** All names that have a meaning, `NAME_FILE` forms included. */
export const environmentNames: readonly string[] = [
  ...Object.keys(Environment.properties),
  ...secretNames.map(name => `${name}_FILE`)
]

// Reads the environment into typed values, secrets from files included, noting every problem.

export type Source = Readonly<Record<string, string | undefined>>

/** Notes one problem: the variable's name and a sentence that never holds its value. */
export type Complain = (name: string, problem: string) => void

/**
 * Typed environment. A malformed value is complained about and replaced by its default (NODE_ENV by
 * `production`, the strictest), so that the other checks still run and all problems are reported at once.
 * An empty variable counts as not set, as in most orchestrators.
 */
export function readEnvironment(source: Source, complain: Complain): Environment {
  const given: Record<string, unknown> = {}
  for (const name of Object.keys(Environment.properties)) {
    const value = source[name]?.trim()
    const [, , inner] = /^(["'])(.*)\1$/s.exec(value ?? '') ?? []
    // As in `docker run --env-file`, which takes a line as it is.
    if (inner !== undefined) {
      complain(name, 'is in quotation marks, which count as a part of it here')
    }
    if (inner ?? value) given[name] = inner ?? value
  }
  for (const name of secretNames) {
    const secret = readSecretFile(name, source, complain)
    if (secret !== undefined) given[name] = secret
  }
  for (const error of Value.Errors(Environment, typed(given))) {
    const name = error.path.split('/')[1] ?? ''
    complain(name, describe(name, error.message))
    if (name === 'NODE_ENV') given[name] = 'production'
    else delete given[name]
  }
  return Value.Decode(Environment, typed(given))
}

function typed(given: Readonly<Record<string, unknown>>): unknown {
  return Value.Convert(Environment, Value.Default(Environment, { ...given }))
}

function readSecretFile(name: string, source: Source, complain: Complain): string | undefined {
  const path = source[`${name}_FILE`]?.trim()
  if (!path) return undefined
  if (source[name]?.trim()) {
    complain(name, `is set both directly and by ${name}_FILE: keep one`)
    return undefined
  }
  try {
    const secret = readFileSync(path, 'utf8').trim()
    if (secret) return secret
    complain(`${name}_FILE`, 'names an empty file')
  } catch {
    // The reason would name the path, which may be telling; the variable is enough to find it.
    complain(`${name}_FILE`, 'names a file that cannot be read')
  }
  return undefined
}

/** TypeBox's messages speak of types and patterns; choices, and the form in words, are more use. */
function describe(name: string, message: string): string {
  const schema: TSchema | undefined = new Map(Object.entries(Environment.properties)).get(name)
  if (schema && TypeGuard.IsUnion(schema)) {
    const choices = schema.anyOf.map(option => String(option.const))
    return `must be one of ${choices.join(', ')}`
  }
  if (typeof schema?.form === 'string') return `must ${schema.form}`
  return message.replace(/^Expected/, 'must be').replace('to be ', '')
}
