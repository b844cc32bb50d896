/** Where a Redis server is, and who we are to it. */

export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly username?: string
  readonly password?: string
  readonly database?: number
}

/**
 * Takes a URL or `host:port` apart. Throws TypeError, without repeating it: it may hold a password.
 */
export function endpoint(text: string): Endpoint {
  const url = text.includes('://') ? text : `redis://${text}`
  try {
    return parts(new URL(url))
  } catch {
    // The errors of URL and of decodeURIComponent may repeat what they were given.
    throw new TypeError('The Redis URL is not valid: redis://host:port or rediss://host:port')
  }
}

function parts(url: URL): Endpoint {
  const { protocol, hostname, port, username, password, pathname } = url
  const known = /^rediss?:$/.test(protocol) && hostname !== '' && /^(\/\d*)?$/.test(pathname)
  // A bare `#` or `?` in a password ends the URL before its host: what follows would be dropped.
  if (!known || url.hash || url.search) throw new TypeError('Not a Redis URL')
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || 6379),
    tls: protocol === 'rediss:',
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(pathname.length > 1 && { database: Number(pathname.slice(1)) })
  }
}

/** Throws TypeError for none. */
export function endpoints(texts: readonly string[]): readonly [Endpoint, ...Endpoint[]] {
  const [first, ...rest] = texts.map(endpoint)
  if (first === undefined) throw new TypeError('At least one Redis node is needed')
  return [first, ...rest]
}

/** Who we are to a server of this endpoint. */
export function credentials({ username, password }: Endpoint) {
  return { ...(username && { username }), ...(password && { password }) }
}

/** `host:port`, for logs. */
export const serverName = ({ host, port }: Pick<Endpoint, 'host' | 'port'>): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
