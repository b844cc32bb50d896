/** Whatever else is below /auth and /api passes the same gates, and then does not exist. */
import { AppError } from '../src/errors.ts'
import type { KnownPaths } from '../src/http/known-paths.ts'
import { isGated } from '../src/http/openapi/failures.ts'
import type { Routes } from '../src/http/schemas.ts'

const fallback: Routes<{ paths: KnownPaths }> = async (app, { paths }) => {
  paths.refuseOthers(app, isGated)
  const refuse = () => {
    throw new AppError('not_found')
  }
  for (const url of ['/auth', '/auth/*', '/api', '/api/*']) {
    // The API's own route takes the usual methods only.
    const method = app.supportedMethods.filter(method => !app.hasRoute({ method, url }))
    app.route({ method, url, onRequest: refuse, handler: refuse })
  }
}

export default fallback
