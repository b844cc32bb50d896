/** The configuration: read once from the environment, checked as a whole, frozen. */
import { randomBytes } from 'node:crypto'
import type { ProxyRules } from '../egress/proxy.ts'
import { type ApiConfig, apiOf } from './api.ts'
import { type AwsHosts, awsHostsOf, proxyRulesOf, refuseUncheckedTls } from './egress.ts'
import { type Complain, type Environment, readEnvironment, type Source } from './environment.ts'
import { type Operations, operationsOf, type Release, releaseOf } from './operations.ts'
import { type PageSources, parsePageSources } from './page-policy.ts'
import { type PhotoConfig, photosOf } from './photo-storage.ts'
import { poolProblems } from './pool.ts'
import { type RateLimit, type RateLimits, rateLimitsOf, userLimitOf } from './rate-limits.ts'
import { type RedisConfig, redisOf } from './redis.ts'
import {
  isLoopback,
  parseBaseUrl,
  parseIssuers,
  parseOrigin,
  parsePage,
  parseSecondFactors,
  parseSessionKeys,
  parseTrustProxy,
  parseUrl,
  type SecondFactor,
  warningsOf
} from './rules.ts'

export interface CognitoConfig {
  readonly region: string
  readonly userPoolId: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly endpoint?: string
  readonly authFlow: 'USER_SRP_AUTH' | 'USER_PASSWORD_AUTH'
  /** Of ID tokens. Undefined: those that the region and the pool say. */
  readonly issuers?: readonly string[]
  readonly aws: AwsHosts
  readonly proxies: ProxyRules
}

export interface Config extends Operations {
  readonly production: boolean
  readonly host: string
  readonly port: number
  readonly publicOrigin: string
  readonly trustProxy: readonly string[]
  readonly cognito: CognitoConfig
  /** Undefined: the embedded store. */
  readonly redis: RedisConfig | undefined
  readonly redisPrefix: string
  /** Master keys of 32 bytes, newest first. */
  readonly sessionKeys: readonly Buffer[]
  readonly idleSeconds: number
  readonly absoluteSeconds: number
  /** Age of a login in seconds up to which it counts as recent. */
  readonly reauthenticationSeconds: number
  readonly challengeSeconds: number
  /** Undefined: there is none, and no /api. */
  readonly api: ApiConfig | undefined
  /** Second factors that are offered. */
  readonly mfaMethods: readonly SecondFactor[]
  /** Absolute. Undefined: the page that comes with the service. */
  readonly pageDirectory: string | undefined
  /** What PAGE_CSP adds to the policy of the page. */
  readonly pageSources: PageSources
  readonly enumerationProtection: boolean
  /** Which of a user's sessions end where a refresh token was used by another party. */
  readonly tokenTheftEnds: Environment['TOKEN_THEFT_ENDS']
  /** Whether users are shown what a trigger of the pool says of its refusal. */
  readonly triggerMessages: boolean
  readonly rateLimits: RateLimits
  readonly userLimit: RateLimit | undefined
  readonly photos: PhotoConfig | undefined
  /** Where browsers read what the local Cognito would have sent. Undefined: it was really sent. */
  readonly outboxUrl: string | undefined
  readonly release: Release
  /** Whether browsers are to insist on https (HSTS), and for the subdomains, too. */
  readonly hsts: Environment['HSTS']
  readonly logLevel: Environment['LOG_LEVEL']
  /** What the log should say of the configuration: it works, but perhaps not as meant. */
  readonly warnings: readonly string[]
}

/** Thrown when the service must not start; lists every problem by name, never a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`the configuration has ${problems.length} problem(s):\n  - ${problems.join('\n  - ')}`)
    this.problems = problems
  }
}

/** The pool of the local Cognito, always the same so that several instances can share one. */
const localPool = {
  region: 'us-east-1',
  userPoolId: 'us-east-1_Local0001',
  clientId: 'localclient0000000000000001'
}

/**
 * Builds the configuration from environment variables.
 * @throws ConfigError listing everything that is missing, malformed or unsafe.
 */
export function loadConfig(source: Source): Config {
  const problems: string[] = []
  const complain: Complain = (name, problem) => problems.push(`${name} ${problem}`)
  const env = readEnvironment(source, complain)
  const config = { ...assemble(env, source, complain), warnings: warningsOf(source, env) }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(config)
}

function assemble(env: Environment, source: Source, complain: Complain): Omit<Config, 'warnings'> {
  const production = env.NODE_ENV === 'production'
  refuseUncheckedTls(source, production, complain)
  const outside = {
    aws: awsHostsOf(source, env, complain),
    proxies: proxyRulesOf(source, complain)
  }
  const { cognito, local } = cognitoOf(env, outside, complain)
  const publicOrigin = originOf(env, production, complain)
  if (env.SESSION_IDLE_SECONDS > env.SESSION_ABSOLUTE_SECONDS) {
    complain('SESSION_IDLE_SECONDS', 'must not be longer than SESSION_ABSOLUTE_SECONDS')
  }
  const redis = redisOf(env, production, complain)
  return {
    ...operationsOf(env, redis !== undefined, outside.proxies, complain),
    production,
    host: env.HOST,
    port: env.PORT,
    publicOrigin,
    trustProxy: env.TRUST_PROXY ? parseTrustProxy(env.TRUST_PROXY, complain) : [],
    cognito,
    redis,
    redisPrefix: env.REDIS_PREFIX,
    sessionKeys: sessionKeysOf(env, production, complain),
    idleSeconds: env.SESSION_IDLE_SECONDS,
    absoluteSeconds: env.SESSION_ABSOLUTE_SECONDS,
    reauthenticationSeconds: env.REAUTHENTICATION_SECONDS,
    challengeSeconds: env.COGNITO_CHALLENGE_SECONDS,
    api: apiOf(
      env,
      local ? `${cognito.endpoint}/_local/api` : undefined,
      outside.proxies,
      complain
    ),
    mfaMethods: parseSecondFactors(env.COGNITO_MFA_METHODS, complain),
    pageSources: parsePageSources(env.PAGE_CSP ?? '', production, complain),
    pageDirectory: env.PAGE_DIRECTORY && parsePage(env.PAGE_DIRECTORY, complain),
    enumerationProtection: env.ENUMERATION_PROTECTION === 'on',
    tokenTheftEnds: env.TOKEN_THEFT_ENDS,
    triggerMessages: env.TRIGGER_MESSAGES === 'show',
    rateLimits: rateLimitsOf(env, production, complain),
    userLimit: userLimitOf(env),
    photos: photosOf(
      env,
      { production, publicOrigin, region: cognito.region, ...outside },
      complain
    ),
    outboxUrl: outboxOf(env, local ? cognito.endpoint : undefined, production, complain),
    release: releaseOf(env.REVISION),
    hsts: env.HSTS,
    logLevel: env.LOG_LEVEL
  }
}

function outboxOf(
  { LOCAL_OUTBOX_URL: url }: Environment,
  localCognito: string | undefined,
  production: boolean,
  complain: Complain
): string | undefined {
  if (!url) return localCognito && `${localCognito}/_local/messages`
  if (production) complain('LOCAL_OUTBOX_URL', 'is for local runs: in production codes are sent')
  return parseUrl('LOCAL_OUTBOX_URL', url, ['http:', 'https:'], complain)?.href
}

function originOf(env: Environment, production: boolean, complain: Complain): string {
  if (!env.PUBLIC_ORIGIN) {
    if (production) complain('PUBLIC_ORIGIN', 'is required in production')
    return `http://localhost:${env.PORT}`
  }
  const origin = parseOrigin('PUBLIC_ORIGIN', env.PUBLIC_ORIGIN, complain) ?? ''
  if (production && origin.startsWith('http:')) {
    complain('PUBLIC_ORIGIN', 'must be https in production: the session cookie needs it')
  }
  return origin
}

function cognitoOf(
  env: Environment,
  outside: Pick<CognitoConfig, 'aws' | 'proxies'>,
  complain: Complain
) {
  const production = env.NODE_ENV === 'production'
  const names = ['COGNITO_REGION', 'COGNITO_USER_POOL_ID', 'COGNITO_CLIENT_ID'] as const
  const missing = names.filter(name => !env[name])
  const local = missing.length === names.length && !production
  if (!local) for (const name of missing) complain(name, 'is required: all three or none')
  if (env.COGNITO_ENDPOINT) endpointProblems(env.COGNITO_ENDPOINT, production, complain)
  poolProblems(env, complain)
  const { region, userPoolId, clientId } = localPool
  const pool = env.COGNITO_USER_POOL_ID ?? userPoolId
  const cognitoRegion = env.COGNITO_REGION ?? region
  const issuers = env.COGNITO_ISSUER && parseIssuers(env.COGNITO_ISSUER, complain)
  // Which id a replica in another region has is not documented: who names its issuer knows.
  if (missing.length === 0 && !issuers && !pool.startsWith(`${cognitoRegion}_`)) {
    complain('COGNITO_USER_POOL_ID', 'must begin with COGNITO_REGION and an underscore')
  }
  const endpoint = env.COGNITO_ENDPOINT?.replace(/\/+$/, '')
  const localEndpoint = local ? `http://127.0.0.1:${env.LOCAL_COGNITO_PORT}` : undefined
  const reached = endpoint ?? localEndpoint
  const cognito: CognitoConfig = {
    region: cognitoRegion,
    userPoolId: pool,
    clientId: env.COGNITO_CLIENT_ID ?? clientId,
    authFlow: env.COGNITO_AUTH_FLOW,
    aws: outside.aws,
    // A local Cognito that is not configured is on this machine.
    proxies: localEndpoint && !endpoint ? { noProxy: ['*'] } : outside.proxies,
    ...(issuers && { issuers }),
    ...(env.COGNITO_CLIENT_SECRET && { clientSecret: env.COGNITO_CLIENT_SECRET }),
    ...(reached && { endpoint: reached })
  }
  return { cognito, local }
}

function endpointProblems(endpoint: string, production: boolean, complain: Complain): void {
  const url = parseBaseUrl('COGNITO_ENDPOINT', endpoint, ['http:', 'https:'], complain)
  if (production && url?.protocol === 'http:' && !isLoopback(url)) {
    complain('COGNITO_ENDPOINT', 'must be https in production: passwords and tokens travel there')
  }
}

function sessionKeysOf(env: Environment, production: boolean, complain: Complain): Buffer[] {
  if (env.SESSION_KEYS) return parseSessionKeys(env.SESSION_KEYS, complain)
  if (production) complain('SESSION_KEYS', 'is required in production (openssl rand -base64 32)')
  return [randomBytes(32)]
}
