/** Where an answer of the API leads, as the browser has to see it. */

/** Where the API is, for this service and for browsers. */
export interface Route {
  /** Path of this service below which the API is, without a slash at its end. */
  readonly prefix: string
  /** Base URL of the API. */
  readonly upstream: URL
  /** Its path, before that of every call, without a slash at its end. */
  readonly basePath: string
  readonly publicOrigin: URL
}

/**
 * A `Location` or `Content-Location` below the base of the API, as a path below the prefix. Any other that leads
 * to the host of the API is left out (undefined): a browser cannot reach it, and it is internal. What
 * leads to other hosts, or is a path outside the base, stays as it is.
 * @param asked path and query that the API was asked for, its base included
 */
export function publicLocation(value: string, asked: string, route: Route): string | undefined {
  const { upstream, publicOrigin } = route
  const base = upstream.origin + asked
  if (!URL.canParse(value, base)) return undefined
  const url = new URL(value, base)
  const namesHost = /^\s*(?:[a-z][a-z\d+.-]*:|[\\/]{2})/i.test(value)
  const isPublic = url.origin === publicOrigin.origin
  const isInternal = !isPublic && url.hostname === upstream.hostname
  if (!isInternal && !isPublic) return value
  const path = publicPath(url.pathname, route)
  if (path !== undefined && /^https?:$/.test(url.protocol)) return path + url.search + url.hash
  return isInternal && namesHost ? undefined : value
}

/** The same for each target of `Link` headers (RFC 8288); one with a target that is left out goes as a whole. */
export function publicLinks(values: readonly string[], asked: string, route: Route): string[] {
  return values.flatMap(value => {
    let isWhole = true
    const link = value.replace(/<([^>]*)>/g, (_, target: string) => {
      const location = publicLocation(target, asked, route)
      if (location === undefined) isWhole = false
      return `<${location}>`
    })
    return isWhole ? [link] : []
  })
}

/** An API that minds `X-Forwarded-Prefix` says it below the prefix already: the longer of both is what it meant. */
function publicPath(path: string, { prefix, basePath }: Route): string | undefined {
  const isPublic = isBelow(path, prefix)
  if (isPublic && prefix.length > basePath.length) return path
  if (isBelow(path, basePath)) return prefix + path.slice(basePath.length)
  return isPublic ? path : undefined
}

const isBelow = (path: string, base: string) => path === base || path.startsWith(`${base}/`)
