/** Security headers for every answer, the page's content security policy among them. */
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import Fastify from 'fastify'
import plugin from 'fastify-plugin'

const oneYear = 31_536_000

interface Options {
  https: boolean
  /** Origins besides our own that the page may show images of. */
  images?: readonly string[]
}

export default plugin(
  async (app, { https, images = [] }: Options) => {
    const headers = await headersOf(options(https, images))
    app.addHook('onRequest', (request, reply, done) => {
      reply.headers(headers).header('x-request-id', request.id)
      done()
    })
  },
  { name: 'headers' }
)

function options(https: boolean, images: readonly string[]): FastifyHelmetOptions {
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
        formAction: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"]
      }
    },
    // Over plain HTTP the header is ignored by browsers and would only mislead (RFC 6797, 7.2).
    strictTransportSecurity: https ? { maxAge: oneYear, includeSubDomains: true } : false,
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
  const probe = Fastify()
  await probe.register(helmet, options)
  probe.get('/', (_request, reply) => reply.send(reply.raw.getHeaders()))
  const answer = await probe.inject('/')
  await probe.close()
  return answer.json()
}
