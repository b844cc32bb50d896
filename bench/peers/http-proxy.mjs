/** @fastify/http-proxy alone, with a bearer token that never changes. */
import proxy from '@fastify/http-proxy'
import Fastify from 'fastify'
import { listening, tokens } from './session.mjs'

const app = Fastify()
await app.register(proxy, {
  upstream: process.env.BENCH_UPSTREAM,
  prefix: '/api',
  replyOptions: {
    rewriteRequestHeaders: (_request, headers) => ({
      ...headers,
      authorization: `Bearer ${tokens.access}`
    })
  }
})
await app.listen({ host: '127.0.0.1', port: 0 })
listening(app.server.address().port)
