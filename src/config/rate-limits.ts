/** The limits: groups of public calls, each counted per client network and per account, and some per user. */
import type { Complain, Environment } from './environment.ts'

export interface RateLimit {
  readonly max: number
  readonly seconds: number
}

export const rateLimitGroups = ['signup', 'login', 'challenge', 'send', 'code'] as const
export type RateLimitGroup = (typeof rateLimitGroups)[number]

export interface RateLimitsOn
  extends Readonly<
    Record<RateLimitGroup, { readonly address: RateLimit; readonly account: RateLimit }>
  > {
  /** Wrong passwords for an account from a network that is not known for it. */
  readonly failedLogin: RateLimit
  /** Codes that logins send, by account. */
  readonly mfaCode: RateLimit
  /** Codes that a signed-in user has sent. */
  readonly sendPerUser: RateLimit
}

/** Undefined: switched off, for load tests. */
export type RateLimits = RateLimitsOn | undefined

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
  const login = both(env.RATE_LIMIT_LOGIN_PER_ADDRESS, env.RATE_LIMIT_LOGIN_PER_ACCOUNT)
  return {
    signup: both(env.RATE_LIMIT_SIGNUP_PER_ADDRESS, env.RATE_LIMIT_SIGNUP_PER_ACCOUNT),
    login,
    challenge: both(env.RATE_LIMIT_CHALLENGE_PER_ADDRESS, env.RATE_LIMIT_CHALLENGE_PER_ACCOUNT),
    send: both(env.RATE_LIMIT_SEND_PER_ADDRESS, env.RATE_LIMIT_SEND_PER_ACCOUNT),
    code: both(env.RATE_LIMIT_CODE_PER_ADDRESS, env.RATE_LIMIT_CODE_PER_ACCOUNT),
    failedLogin: failedLoginOf(login.account),
    mfaCode: parse(env.RATE_LIMIT_MFA_CODE_PER_ACCOUNT),
    sendPerUser: parse(env.RATE_LIMIT_SEND_PER_USER)
  }
}

/**
 * A fifth of the logins, four at least. Cognito locks an account at the fifth wrong password, and forgets them after
 * 15 minutes (developer guide, "Lockout behavior for failed sign-in attempts").
 */
const failedLoginOf = ({ max }: RateLimit): RateLimit => ({
  max: Math.max(4, Math.floor(max / 5)),
  seconds: 900
})

/** What one signed-in user may ask of Cognito. Undefined: switched off. */
export function userLimitOf(env: Environment): RateLimit | undefined {
  const { RATE_LIMIT_COGNITO_PER_USER: text, RATE_LIMIT_SCALE: scale } = env
  return scale === 0 ? undefined : scaled(text, scale)
}

function scaled(text: string, scale: number): RateLimit {
  const [max = 1, seconds = 1] = text.split('/').map(Number)
  return { max: Math.max(1, Math.round(max * scale)), seconds }
}
