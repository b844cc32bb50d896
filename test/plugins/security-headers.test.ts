/** Our constants against @fastify/helmet, whose values they are. */
import helmet from '@fastify/helmet'
import Fastify from 'fastify'
import { test } from 'tap'
import { directives, type HeaderOptions, securityHeaders } from '../../plugins/security-headers.ts'

/** What helmet sets with our options. */
async function ofHelmet(given: HeaderOptions): Promise<object> {
  const app = Fastify()
  const { https, hsts } = given
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: directives(given) },
    strictTransportSecurity:
      https && hsts !== 'off'
        ? { maxAge: 31_536_000, includeSubDomains: hsts === 'subdomains' }
        : false,
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' }
  })
  app.get('/', (_request, reply) => reply.send(reply.raw.getHeaders()))
  const answer = await app.inject('/')
  await app.close()
  return answer.json()
}

test('documents get the headers of helmet, name by name', async t => {
  const variants: HeaderOptions[] = [
    { https: true, hsts: 'subdomains' },
    { https: true, hsts: 'host', images: ['https://photos.example.com'] },
    {
      https: true,
      hsts: 'off',
      sources: { 'script-src': ["'sha256-abc='"], 'worker-src': ['blob:'] }
    },
    { https: false, hsts: 'subdomains' }
  ]
  for (const given of variants) t.same(securityHeaders(given), await ofHelmet(given))
})
