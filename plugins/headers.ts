/** Security headers for every answer, the page's content security policy among them. */
import helmet from '@fastify/helmet'
import plugin from 'fastify-plugin'

const oneYear = 31_536_000

interface Options {
  https: boolean
  /** Origins besides our own that the page may show images of. */
  images?: readonly string[]
}

export default plugin(
  async (app, { https, images = [] }: Options) => {
    await app.register(helmet, {
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
    })
    app.addHook('onRequest', (request, reply, done) => {
      reply.header('x-request-id', request.id)
      done()
    })
  },
  { name: 'headers' }
)
