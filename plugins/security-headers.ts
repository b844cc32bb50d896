/**
 * Security headers: for every response those that concern data, and for documents all that helmet sets, with the
 * page's content security policy. The values are helmet's; a test compares them with @fastify/helmet.
 */
import plugin from 'fastify-plugin'
import type { PageSources } from '../src/config/page-policy.ts'

const oneYear = 31_536_000

export interface HeaderOptions {
  https: boolean
  hsts: 'subdomains' | 'host' | 'off'
  /** Other origins from which the page may show images. */
  images?: readonly string[]
  /** What the page adds to its policy, by directive. */
  sources?: PageSources
}

/**
 * For responses that no browser shows (OWASP REST security cheat sheet): they are not sniffed, framed or read by
 * other origins. Headers cost a third of the time of a small response, so these get no others.
 */
const dataValues = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin'
}

const documentValues = {
  ...dataValues,
  'cross-origin-opener-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0'
}

/** Opened as a document, an upload that the API returns gets no script and an origin of its own. */
const dataPolicy = "default-src 'none';frame-ancestors 'none';sandbox"

export const dataHeaders = plugin(
  async (app, given: HeaderOptions) => {
    const headers = Object.entries({
      ...transportSecurity(given),
      ...dataValues,
      'content-security-policy': dataPolicy
    })
    app.addHook('onRequest', (request, reply, done) => {
      for (const [name, value] of headers) reply.header(name, value)
      reply.header('x-request-id', request.id)
      done()
    })
  },
  { name: 'data-headers' }
)

export const documentHeaders = plugin(
  async (app, given: HeaderOptions) => {
    const headers = securityHeaders(given)
    app.addHook('onRequest', (_request, reply, done) => {
      reply.headers(headers)
      done()
    })
  },
  { name: 'document-headers', dependencies: ['data-headers'] }
)

/** All security headers of a document, by lower-case name. */
export function securityHeaders(given: HeaderOptions): Record<string, string> {
  const policy = Object.entries(directives(given))
    .map(([name, sources]) => [name, ...sources].join(' '))
    .join(';')
  return { 'content-security-policy': policy, ...transportSecurity(given), ...documentValues }
}

/** Over plain HTTP browsers ignore the header, and it would only mislead (RFC 6797, 7.2). */
function transportSecurity({ https, hsts }: HeaderOptions): Record<string, string> {
  if (!https || hsts === 'off') return {}
  const value = `max-age=${oneYear}${hsts === 'subdomains' ? '; includeSubDomains' : ''}`
  return { 'strict-transport-security': value }
}

/** The content security policy of the page, by directive. */
export function directives({ images = [], sources = {} }: HeaderOptions): Record<string, string[]> {
  return withSources(sources, {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    // blob: is what a page shows of a file that was just chosen; only its own scripts can make one.
    'img-src': ["'self'", 'data:', 'blob:', ...images],
    'connect-src': ["'self'"],
    'font-src': ["'self'"],
    // The page needs no worker, and an upload could become one.
    'worker-src': ["'none'"],
    'form-action': ["'none'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"]
  })
}

type Directives = Readonly<Record<string, readonly string[]>>

/** Each directive with what is added to it, which takes the place of `'none'`. */
function withSources(added: PageSources, own: Directives): Record<string, string[]> {
  const names = [...new Set([...Object.keys(own), ...Object.keys(added)])]
  return Object.fromEntries(
    names.map(name => {
      const more = added[name] ?? []
      // `style-src-elem` takes the place of `style-src` where it is set, so it begins with the same sources.
      const before = own[name] ?? own[name.replace(/-(elem|attr)$/, '')] ?? []
      const kept = more.length > 0 ? before.filter(source => source !== "'none'") : before
      return [name, [...new Set([...kept, ...more])]]
    })
  )
}
