/**
 * Security headers: for every answer those that concern data, and for documents all that helmet knows, the
 * page's content security policy among them.
 */
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import Fastify from 'fastify'
import plugin from 'fastify-plugin'
import type { PageSources } from '../src/config/page-policy.ts'
import { lazyCompilers } from '../src/http/lazy-compilers.ts'

const oneYear = 31_536_000

interface Options {
  https: boolean
  hsts: 'subdomains' | 'host' | 'off'
  /** Origins besides our own that the page may show images of. */
  images?: readonly string[]
  /** What the page adds to its policy, by directive. */
  sources?: PageSources
}

/**
 * What concerns an answer that no browser shows (OWASP REST security cheat sheet): neither sniffed nor framed
 * nor read by other origins. A third of the time of a small answer went into headers.
 */
const ofData = [
  'strict-transport-security',
  'x-content-type-options',
  'referrer-policy',
  'cross-origin-resource-policy'
]
/** Opened as a document, an upload that the API returns gets no script and an origin of its own. */
const dataPolicy = "default-src 'none';frame-ancestors 'none';sandbox"

export const dataHeaders = plugin(
  async (app, given: Options) => {
    const all = await headersOf(options(given))
    const headers = Object.entries({
      ...Object.fromEntries(Object.entries(all).filter(([name]) => ofData.includes(name))),
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
  async (app, given: Options) => {
    const headers = await headersOf(options(given))
    app.addHook('onRequest', (_request, reply, done) => {
      reply.headers(headers)
      done()
    })
  },
  { name: 'document-headers', dependencies: ['data-headers'] }
)

function options({ https, hsts, images = [], sources = {} }: Options): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: withSources(sources, {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        // blob: is what a page shows of a file that was just chosen; only its own scripts can make one.
        'img-src': ["'self'", 'data:', 'blob:', ...images],
        'connect-src': ["'self'"],
        'font-src': ["'self'"],
        // Nothing here needs one, and an upload could become one.
        'worker-src': ["'none'"],
        'form-action': ["'none'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"]
      })
    },
    // Over plain HTTP the header is ignored by browsers and would only mislead (RFC 6797, 7.2).
    strictTransportSecurity:
      https && hsts !== 'off'
        ? { maxAge: oneYear, includeSubDomains: hsts === 'subdomains' }
        : false,
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' }
  }
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

/**
 * What helmet sets, asked once: it sets the same for every request, and works it all out anew each time,
 * which was a quarter of the time that GET /auth/session took.
 */
async function headersOf(options: FastifyHelmetOptions): Promise<Record<string, string>> {
  const probe = Fastify({ schemaController: { compilersFactory: lazyCompilers } })
  await probe.register(helmet, options)
  probe.get('/', (_request, reply) => reply.send(reply.raw.getHeaders()))
  const answer = await probe.inject('/')
  await probe.close()
  return answer.json()
}
