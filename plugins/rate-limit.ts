/**
 * Limits of the public calls, by the group a route names in its `config.limit`: per client address before
 * the session store or Cognito is asked, per account once the body is known to be sound.
 */
import rateLimit, { type CreateRateLimitOptions, normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import type { RateLimit, RateLimitGroup } from '../src/config/rate-limits.ts'
import type { Config } from '../src/config.ts'
import { AppError } from '../src/errors.ts'
import { tellLimit } from '../src/http/rate-limit-headers.ts'
import { rateLimitStore } from '../src/rate-limit/redis-store.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    limit?: RateLimitGroup
  }
}

type Options = Pick<Config, 'rateLimits' | 'redisPrefix'>

export default plugin(
  async (app, { rateLimits, redisPrefix }: Options) => {
    if (!rateLimits) return
    const store = rateLimitStore({
      ...(app.redis && { redis: app.redis }),
      secret: app.sharedSecret('rate limits'),
      prefix: redisPrefix,
      onFallback: error => app.log.warn({ err: error }, 'rate limits counted in process')
    })
    await app.register(rateLimit, { global: false, store })

    const limiters = new Map(
      Object.entries(rateLimits).map(([group, { address, account }]) => [
        group,
        {
          address: limiter(app, `${group} address`, address, request => normalizeIP(request.ip)),
          account: limiter(app, `${group} account`, account, request => accountOf(request) ?? '')
        }
      ])
    )
    const limitersOf = ({ routeOptions }: FastifyRequest) =>
      routeOptions.config.limit && limiters.get(routeOptions.config.limit)

    // Most calls are of a method that has no limits, and need not be looked up to find that out.
    const limitedMethods = new Set<string>()
    app.addHook('onRoute', ({ config, method }) => {
      if (config?.limit) for (const limited of [method].flat()) limitedMethods.add(limited)
    })
    app.addHook('onRequest', (request, reply, done) => {
      const limits = limitedMethods.has(request.method) && limitersOf(request)
      if (limits) limits.address(request, reply).then(() => done(), done)
      else done()
    })
    app.addHook('preHandler', (request, reply, done) => {
      const limits = limitedMethods.has(request.method) && limitersOf(request)
      if (limits && accountOf(request)) limits.account(request, reply).then(() => done(), done)
      else done()
    })
  },
  { name: 'rate-limit', dependencies: ['redis', 'shared-secret'] }
)

/** Who is aimed at: the email of the body, or of the login that the challenge belongs to. */
function accountOf({ body, loaded }: FastifyRequest): string | undefined {
  if (typeof body === 'object' && body !== null && 'email' in body) {
    return String(body.email).toLowerCase()
  }
  const data = loaded?.data
  return data?.kind === 'pending' ? data.challenge?.email.toLowerCase() : undefined
}

function limiter(
  app: FastifyInstance,
  groupId: string,
  { max, seconds }: RateLimit,
  keyGenerator: (request: FastifyRequest) => string
) {
  const options: CreateRateLimitOptions & { groupId: string } = {
    groupId,
    max,
    timeWindow: seconds * 1000,
    keyGenerator
  }
  const count = app.createRateLimit(options)
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const result = await count(request)
    if (result.isAllowed) return
    tellLimit(reply, result.max, result.remaining, result.ttlInSeconds)
    if (!result.isExceeded) return
    throw new AppError('rate_limited', {
      reason: groupId,
      retryAfterSeconds: Math.max(1, result.ttlInSeconds)
    })
  }
}
