/** The gate against cross-site calls, before the session store or anything else is touched. */
import plugin from 'fastify-plugin'
import { AppError } from '../src/errors.ts'
import { crossSiteReason, upgradeReason } from '../src/http/cross-site.ts'
import { upgradeOf } from '../src/http/upgrades.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** GET and HEAD need no `X-CSRF` where the browser says that the page reads: images, downloads, EventSource. */
    readableWithoutHeader?: boolean
    /** The route looks for no session: plugins/session-cookie.ts does not ask the store. */
    withoutSession?: boolean
  }
}

/** Where the header was sent, it is not what is missing. */
const foreign = {
  detail: 'This is not the origin of the application (PUBLIC_ORIGIN). Open the page there.'
}

export default plugin(
  async (app, { publicOrigin }: { publicOrigin: string }) => {
    app.addHook('onRequest', (request, _reply, done) => {
      const { readableWithoutHeader = false } = request.routeOptions.config
      const isUpgrade = readableWithoutHeader && upgradeOf(request.raw) !== undefined
      const reason = isUpgrade
        ? upgradeReason(request.headers, publicOrigin)
        : crossSiteReason(request, publicOrigin, readableWithoutHeader)
      if (reason === undefined) done()
      else
        done(new AppError('csrf_rejected', { reason, ...(reason !== 'header_missing' && foreign) }))
    })
  },
  { name: 'csrf' }
)
