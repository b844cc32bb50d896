/** The composition root: every plugin and route, in order. The order is the design. */
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import audit from '../plugins/audit.ts'
import auth from '../plugins/auth.ts'
import authentication from '../plugins/caller.ts'
import identity from '../plugins/cognito.ts'
import csrf from '../plugins/csrf.ts'
import drain from '../plugins/drain.ts'
import ends from '../plugins/ends.ts'
import errors, { refuseUnrouted } from '../plugins/errors.ts'
import clientAddress from '../plugins/forwarded-for.ts'
import jsonOnly from '../plugins/json-only.ts'
import loginAddresses from '../plugins/login-emails.ts'
import loginStep from '../plugins/login-response.ts'
import metrics from '../plugins/metrics.ts'
import noStore from '../plugins/no-store.ts'
import openApi from '../plugins/openapi.ts'
import photos from '../plugins/photos.ts'
import pressure from '../plugins/pressure.ts'
import quotas from '../plugins/quotas.ts'
import rateLimit from '../plugins/rate-limit.ts'
import readiness from '../plugins/readiness.ts'
import redis from '../plugins/redis.ts'
import requestContext from '../plugins/request-context.ts'
import requestLog from '../plugins/request-log.ts'
import host from '../plugins/require-host.ts'
import requireSession from '../plugins/require-session.ts'
import { dataHeaders, documentHeaders } from '../plugins/security-headers.ts'
import session from '../plugins/session-cookie.ts'
import store from '../plugins/session-store.ts'
import sharedSecret from '../plugins/shared-secret.ts'
import tracing from '../plugins/tracing.ts'
import account from '../routes/auth/account.ts'
import challenge from '../routes/auth/challenge.ts'
import events from '../routes/auth/events.ts'
import login from '../routes/auth/login.ts'
import logout from '../routes/auth/logout.ts'
import methods from '../routes/auth/methods.ts'
import mfa from '../routes/auth/mfa.ts'
import { forgottenPassword, ownPassword } from '../routes/auth/password.ts'
import photo from '../routes/auth/photo.ts'
import profile from '../routes/auth/profile.ts'
import sessionRoute from '../routes/auth/session.ts'
import sessions from '../routes/auth/sessions.ts'
import signup from '../routes/auth/signup.ts'
import docs from '../routes/docs.ts'
import fallback from '../routes/fallback.ts'
import health from '../routes/health.ts'
import page from '../routes/page.ts'
import localPhotos from '../routes/photos.ts'
import type { ApiConfig } from './config/api.ts'
import type { Config } from './config/config.ts'
import { AppError } from './errors.ts'
import { type KnownPaths, watchPaths } from './http/known-paths.ts'
import { lazyCompilers } from './http/lazy-compilers.ts'
import { type LogTo, logging } from './http/log/logger.ts'
import { isGated } from './http/openapi/failures.ts'
import { listening, refuseExpectation, replyToUnreadable } from './http/server-options.ts'

/** Where Vite puts the built page, and where the reference lies, seen from the compiled file in dist/src. */
const pageRoot = fileURLToPath(new URL('../web', import.meta.url))
const referenceRoot = fileURLToPath(new URL('../../reference', import.meta.url))

/** Builds the service. It listens nowhere yet: `ready()` or `listen()` is the caller's. */
export async function buildApp(
  config: Config,
  log: LogTo = { level: config.logLevel }
): Promise<FastifyInstance> {
  const app = Fastify({
    ...logging(log),
    ...listening,
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: 64 * 1024,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: refuseUnrouted,
    clientErrorHandler: replyToUnreadable,
    schemaController: { compilersFactory: lazyCompilers },
    // Unknown fields are refused, not dropped; "5" is not 5; every bad field is named.
    ajv: {
      customOptions: {
        removeAdditional: false,
        coerceTypes: false,
        useDefaults: false,
        allErrors: true,
        verbose: true
      }
    }
  })
  app.log.info({ ...config.release, node: process.versions.node }, 'cognito-bff starts')
  app.server.on('checkExpectation', refuseExpectation)
  const paths = watchPaths(app, allow => {
    throw new AppError('method_not_allowed', { allow })
  })
  await app.register(errors, config)
  await app.register(clientAddress, config)
  await app.register(requestLog)
  await app.register(requestContext, config)
  await app.register(metrics, config)
  await app.register(tracing, config)
  await app.register(audit)
  await app.register(drain)
  await app.register(dataHeaders, headersOf(config))
  await app.register(host)
  await app.register(pressure, config)
  await app.register(redis, config)
  await app.register(sharedSecret, config)
  await app.register(store, config)
  await app.register(readiness)
  await app.register(loginAddresses, config)
  await app.register(ends)
  await app.register(identity, config)
  await app.register(photos, config)
  await app.register(auth, config)
  await app.register(openApi, config)
  await app.register(health, config)
  await app.register(documents(config))
  if (config.photos?.kind === 'directory') {
    await app.register(localPhotos, { root: resolve(config.photos.directory) })
  }
  await app.register(callsOfThePage(config, paths))
  // What is below /auth and /api is refused behind the gates; `/*` is every address, known or not.
  paths.refuseOthers(app, path => !isGated(path) && path !== '/*')
  return app
}

/** The page shows photos from wherever they are public. */
const headersOf = ({ publicOrigin, photos, hsts }: Config) => ({
  https: publicOrigin.startsWith('https:'),
  hsts,
  images: photos?.kind === 'bucket' ? [new URL(photos.publicUrl).origin] : []
})

/** What a browser shows. */
const documents =
  (config: Config): FastifyPluginAsync =>
  async app => {
    await app.register(documentHeaders, { ...headersOf(config), sources: config.pageSources })
    await app.register(docs, { root: referenceRoot })
    const own = { root: pageRoot, changePassword: '/security' }
    await app.register(page, config.pageDirectory ? { root: config.pageDirectory } : own)
  }

/** Everything under /auth and /api: the gates first, then what needs no session, then what does. */
const callsOfThePage =
  (config: Config, paths: KnownPaths): FastifyPluginAsync =>
  async app => {
    const { publicOrigin, absoluteSeconds, api } = config
    await app.register(noStore)
    await app.register(csrf, { publicOrigin })
    // Before the session: a client over the limit costs the store nothing.
    await app.register(rateLimit, config)
    await app.register(jsonOnly)
    await app.register(session, { publicOrigin, absoluteSeconds })
    await app.register(authentication, config)
    await app.register(quotas, config)
    await app.register(loginStep, { publicOrigin })
    await app.register(methods, config)
    await app.register(signup)
    await app.register(login)
    await app.register(challenge)
    await app.register(forgottenPassword)
    await app.register(sessionRoute, config)
    await app.register(events)
    await app.register(logout)
    if (api) {
      // With it comes an HTTP client, of which those without an API need not know.
      await app.register(import('../plugins/upstreams.ts'), { ...api, publicOrigin })
      if (api.routes.some(({ webSocket }) => webSocket)) {
        await app.register(import('../plugins/web-sockets.ts'))
      }
      await app.register(import('../routes/api.ts'), routesFor(api, ['optional', 'none']))
    }
    await app.register(callsOfTheSignedIn(config))
    await app.register(fallback, { paths })
  }

const callsOfTheSignedIn =
  ({ api }: Config): FastifyPluginAsync =>
  async app => {
    await app.register(requireSession)
    await app.register(profile)
    await app.register(photo)
    await app.register(ownPassword)
    await app.register(mfa)
    await app.register(sessions)
    await app.register(account)
    if (api) await app.register(import('../routes/api.ts'), routesFor(api, ['required']))
  }

const routesFor = (
  { routes }: ApiConfig,
  sessions: readonly ApiConfig['routes'][number]['session'][]
) => ({
  routes: routes.filter(({ session }) => sessions.includes(session)),
  paths: routes.map(({ path }) => path)
})
