/**
 * Security headers: for every answer those that concern data, and for documents all that helmet knows, the
 * page's content security policy among them.
 */
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import Fastify from 'fastify'
import plugin from 'fastify-plugin'
import { lazyCompilers } from '../src/http/lazy-compilers.ts'

const oneYear = 31_536_000

interface Options {
  https: boolean
  hsts: 'subdomains' | 'host' | 'off'
  /** Origins besides our own that the page may show images of. */
  images?: readonly string[]
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

function options({ https, hsts, images = [] }: Options): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', ...images],
        connectSrc: ["'self'"],
        fontSrc: ["'self'"],
        // Nothing here needs one, and an upload could become one.
        workerSrc: ["'none'"],
        formAction: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"]
      }
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
