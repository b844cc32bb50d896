/**
 * Limits of the public calls by client network, for the group that a route names in its `config.limit`: before the
 * session store or Cognito is asked.
 */
import rateLimit, { type CreateRateLimitOptions } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import type { Config } from '../src/config/config.ts'
import type { RateLimitGroup, RateLimitsOn } from '../src/config/rate-limits.ts'
import { AppError } from '../src/errors.ts'
import { groupPolicy, tellLimit } from '../src/http/headers.ts'
import { clientNetwork } from '../src/rate-limit/network.ts'
import { rateLimitStore } from '../src/rate-limit/redis-store.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    limit?: RateLimitGroup
  }
}

const groups = ['signup', 'login', 'challenge', 'send', 'code'] as const

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

    const limiters = new Map(groups.map(group => [group, limiter(app, group, rateLimits[group])]))
    // Most calls are of a method that has no limits, and need not be looked up to find that out.
    const limitedMethods = new Set<string>()
    app.addHook('onRoute', ({ config, method }) => {
      if (config?.limit) for (const limited of [method].flat()) limitedMethods.add(limited)
    })
    app.addHook('onRequest', (request, reply, done) => {
      const group = limitedMethods.has(request.method) && request.routeOptions.config.limit
      const count = group && limiters.get(group)
      if (count) count(request, reply).then(() => done(), done)
      else done()
    })
  },
  { name: 'rate-limit', dependencies: ['redis', 'shared-secret'] }
)

function limiter(
  app: FastifyInstance,
  group: RateLimitGroup,
  limits: RateLimitsOn[RateLimitGroup]
) {
  const groupId = `${group} address`
  const { max, seconds } = limits.address
  const options: CreateRateLimitOptions & { groupId: string } = {
    groupId,
    max,
    timeWindow: seconds * 1000,
    keyGenerator: request => clientNetwork(request.ip)
  }
  const policy = groupPolicy(group, limits)
  const count = app.createRateLimit(options)
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const result = await count(request)
    if (result.isAllowed) return
    tellLimit(reply, policy, result.remaining, result.ttlInSeconds)
    if (!result.isExceeded) return
    const retryAfterSeconds = Math.max(1, result.ttlInSeconds)
    throw new AppError('rate_limited', { reason: groupId, retryAfterSeconds })
  }
}
