/** The limits: groups of public calls, each counted per client address and per account, and one per user. */
import type { Environment } from './environment.ts'
import type { Complain } from './read.ts'

export interface RateLimit {
  readonly max: number
  readonly seconds: number
}

export const rateLimitGroups = ['signup', 'login', 'challenge', 'send', 'code'] as const
export type RateLimitGroup = (typeof rateLimitGroups)[number]

/** Undefined: switched off, for load tests. */
export type RateLimits =
  | Readonly<Record<RateLimitGroup, { readonly address: RateLimit; readonly account: RateLimit }>>
  | undefined

export function rateLimitsOf(
  env: Environment,
  production: boolean,
  complain: Complain
): RateLimits {
  const scale = env.RATE_LIMIT_SCALE
  if (production && scale !== 1) complain('RATE_LIMIT_SCALE', 'must be 1 in production')
  if (scale === 0) return undefined
  const parse = (text: string) => scaled(text, scale)
  const both = (address: string, account: string) => ({
    address: parse(address),
    account: parse(account)
  })
  return {
    signup: both(env.RATE_LIMIT_SIGNUP_PER_ADDRESS, env.RATE_LIMIT_SIGNUP_PER_ACCOUNT),
    login: both(env.RATE_LIMIT_LOGIN_PER_ADDRESS, env.RATE_LIMIT_LOGIN_PER_ACCOUNT),
    challenge: both(env.RATE_LIMIT_CHALLENGE_PER_ADDRESS, env.RATE_LIMIT_CHALLENGE_PER_ACCOUNT),
    send: both(env.RATE_LIMIT_SEND_PER_ADDRESS, env.RATE_LIMIT_SEND_PER_ACCOUNT),
    code: both(env.RATE_LIMIT_CODE_PER_ADDRESS, env.RATE_LIMIT_CODE_PER_ACCOUNT)
  }
}

/** What one signed-in user may ask of Cognito. Undefined: switched off. */
export function userLimitOf(env: Environment): RateLimit | undefined {
  const { RATE_LIMIT_COGNITO_PER_USER: text, RATE_LIMIT_SCALE: scale } = env
  return scale === 0 ? undefined : scaled(text, scale)
}

function scaled(text: string, scale: number): RateLimit {
  const [max = 1, seconds = 1] = text.split('/').map(Number)
  return { max: Math.max(1, Math.round(max * scale)), seconds }
}
