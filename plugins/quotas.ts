/**
 * Limits by account, by the email or phone number that a code goes to, and by user, once the body is validated. What a
 * call has reserved is refunded where no code was sent or checked.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import type { Config } from '../src/config/config.ts'
import type { RateLimitsOn } from '../src/config/rate-limits.ts'
import { AppError } from '../src/errors.ts'
import { groupPolicy, tellLimit } from '../src/http/headers.ts'
import { failureOf } from '../src/http/log/request-log.ts'
import { clientNetwork } from '../src/rate-limit/network.ts'
import {
  accountSubject,
  failureQuota,
  phoneSubject,
  type Quota,
  type QuotaRequest,
  sharedQuota,
  userQuota,
  userSubject
} from '../src/rate-limit/quota-definitions.ts'
import { createQuotas } from '../src/rate-limit/quotas.ts'
import { RequestQuotas } from '../src/rate-limit/request-quotas.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether Cognito sends a code to a signed-in user. */
    sends?: 'always' | 'perhaps'
  }
  interface FastifyRequest {
    /** The quotas that the request has reserved; null where it has no limits. */
    quotas: RequestQuotas | null
  }
}

type Options = Pick<Config, 'rateLimits' | 'redisPrefix' | 'userLimit'>

export default plugin(
  async (app, { rateLimits: limits, redisPrefix: prefix, userLimit }: Options) => {
    app.decorateRequest('quotas', null)
    if (!limits) return
    const quotaRequestsOf = quotaRequestBuilder(limits)
    const quotas = createQuotas({
      ...(app.redis && { redis: app.redis }),
      secret: app.sharedSecret('quotas'),
      prefix,
      onFallback: error => app.log.warn({ err: error }, 'rate limits counted in process')
    })
    const send = sharedQuota('send', limits.send.account)
    const policyOf = policies(limits, userLimit)

    // Most calls are of a method that has no limits, and need not be looked up to find that out.
    const limitedMethods = new Set<string>()
    app.addHook('onRoute', ({ config, method }) => {
      if (!config?.limit && !config?.sends) return
      for (const limited of [method].flat()) limitedMethods.add(limited)
    })

    async function reserve(request: FastifyRequest, reply: FastifyReply): Promise<void> {
      const { config } = request.routeOptions
      const requests = config.limit || config.sends ? quotaRequestsOf(request) : []
      if (requests.length === 0) return
      const network = clientNetwork(request.ip)
      request.quotas = new RequestQuotas({ quotas, network, send }, requests)
      try {
        const { remaining, seconds } = await request.quotas.reserve()
        if (config.sends !== 'perhaps') tellLimit(reply, policyOf(config), remaining, seconds)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        const { code, reason = code, retryAfterSeconds = 1 } = error
        if (code === 'rate_limited') tellLimit(reply, policyOf(config), 0, retryAfterSeconds)
        else app.audit('login.failed', { reason, code, caller: request })
        throw error
      }
    }

    async function settle(
      request: FastifyRequest,
      reply: FastifyReply,
      requestQuotas: RequestQuotas
    ) {
      const failure = failureOf(reply)
      // Who has the code that was sent reads the mail of the account.
      const isProof = request.routeOptions.config.limit === 'code' && !failure
      if (isProof) await requestQuotas.recordProof()
      await requestQuotas.settle(failure?.code)
    }

    app.addHook('preHandler', (request, reply, done) => {
      if (!limitedMethods.has(request.method)) return done()
      reserve(request, reply).then(() => done(), done)
    })
    app.addHook('onSend', (request, reply, payload, done) => {
      const { quotas: requestQuotas } = request
      if (!requestQuotas) return done(null, payload)
      settle(request, reply, requestQuotas).then(() => done(null, payload), done)
    })
  },
  { name: 'quotas', dependencies: ['audit', 'redis', 'shared-secret', 'session'] }
)

type RouteConfig = FastifyRequest['routeOptions']['config']

/** The one policy of each route. */
function policies(limits: RateLimitsOn, userLimit: Options['userLimit']) {
  const ofSending = { name: 'send', ...limits.sendPerUser }
  const ofUser = userLimit ? { name: 'user', ...userLimit } : ofSending
  return ({ limit, sends }: RouteConfig) => {
    if (limit) return groupPolicy(limit, limits[limit])
    return sends === 'perhaps' ? ofUser : ofSending
  }
}

/** Returns a function that lists what a request reserves. The quota of the route's policy comes first. */
function quotaRequestBuilder(limits: RateLimitsOn) {
  const perUser = userQuota('send', limits.sendPerUser)
  const codesSent = sharedQuota('send', limits.send.account, 'codes')
  const mfaCodes = sharedQuota('mfa code', limits.mfaCode, 'codes')
  const additional: Partial<Record<keyof RateLimitsOn, readonly Quota[]>> = {
    login: [failureQuota('failed login', limits.failedLogin), mfaCodes],
    challenge: [mfaCodes]
  }

  return (request: FastifyRequest): QuotaRequest[] => {
    const { limit, sends } = request.routeOptions.config
    const network = clientNetwork(request.ip)
    const requestFor = (quotas: readonly Quota[]) => (subject: string) => ({
      subject,
      network,
      quotas
    })
    if (limit) {
      const quotas = [sharedQuota(limit, limits[limit].account), ...(additional[limit] ?? [])]
      return targetsOf(request).map(requestFor(quotas))
    }
    const targets = sends === 'always' ? ownTarget(request) : targetsOf(request)
    if (sends === 'perhaps' && targets.length === 0) return []
    const { sub } = request.signedIn().data.user
    const user = { subject: userSubject(sub), network: '', quotas: [perUser] }
    return [user, ...targets.map(requestFor([codesSent]))]
  }
}

/** The email address and the phone number of the body, or the account of the login that goes on. */
function targetsOf({ body, loaded }: FastifyRequest): string[] {
  const { email, phoneNumber } = { ...Object(body) }
  const subjects: string[] = []
  if (typeof email === 'string') subjects.push(accountSubject(email))
  if (typeof phoneNumber === 'string') subjects.push(phoneSubject(phoneNumber))
  if (subjects.length > 0 || loaded.kind !== 'live') return subjects
  const { data } = loaded.session
  if (data.kind !== 'pending') return subjects
  return data.challenge ? [accountSubject(data.challenge.email)] : []
}

/** Where a code for the attribute of the body goes, as far as the session knows. */
function ownTarget(request: FastifyRequest): string[] {
  const { email, phoneNumber } = request.signedIn().data.user
  const { attribute } = { ...Object(request.body) }
  if (attribute === 'email') return [accountSubject(email)]
  return phoneNumber === undefined ? [] : [phoneSubject(phoneNumber)]
}
