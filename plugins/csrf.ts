/**
 * The gate against cross-site calls, before the session store or anything else is touched: a header no
 * form can send, then Fetch Metadata, then Origin where a client sends none (OWASP CSRF cheat sheet).
 */
import type { FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import { AppError } from '../src/errors.ts'

/** Where the header was sent, it is not what is missing. */
const foreign = {
  detail: 'This origin is not the one of the application (PUBLIC_ORIGIN). Open the page there.'
}

export default plugin(
  async (app, { publicOrigin }: { publicOrigin: string }) => {
    app.addHook('onRequest', (request, _reply, done) => {
      const reason = objection(request, publicOrigin)
      if (reason === undefined) done()
      else
        done(new AppError('csrf_rejected', { reason, ...(reason !== 'header_missing' && foreign) }))
    })
  },
  { name: 'csrf' }
)

function objection({ headers }: FastifyRequest, publicOrigin: string): string | undefined {
  if (headers['x-csrf'] !== '1') return 'header_missing'
  const site = headers['sec-fetch-site']
  // 'none' is a call by the user herself (address bar, extension); a page cannot cause it.
  if (site !== undefined)
    return site === 'same-origin' || site === 'none' ? undefined : 'fetch_site'
  const { origin } = headers
  return origin === undefined || origin === publicOrigin ? undefined : 'origin'
}
