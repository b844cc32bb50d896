/** Which methods each path has: for the response to a wrong one (RFC 9110, 15.5.6). */
import type { FastifyInstance } from 'fastify'

export interface KnownPaths {
  /** Registers a refusal for every other method of the paths that fit: 405, with `Allow`. */
  refuseOthers(app: FastifyInstance, fits: (path: string) => boolean): void
}

/** Watches the routes that are added to `app` and below it from now on. */
export function watchPaths(app: FastifyInstance, refuse: (allow: string) => never): KnownPaths {
  const methods = new Map<string, Set<string>>()
  let isRefusing = false
  app.addHook('onRoute', ({ url, method }) => {
    if (isRefusing) return
    const known = methods.get(url) ?? new Set()
    for (const one of [method].flat()) known.add(one)
    methods.set(url, known)
  })
  return {
    refuseOthers(scope, fits) {
      isRefusing = true
      for (const [url, known] of methods) {
        if (!fits(url)) continue
        const others = scope.supportedMethods.filter(method => !known.has(method))
        const handler = () => refuse([...known].sort().join(', '))
        if (others.length > 0) {
          scope.route({ method: others, url, onRequest: handler, handler, schema: { hide: true } })
        }
      }
      isRefusing = false
    }
  }
}
