/** @fastify/session with connect-redis: as its README has it, or with the writes of mere reads switched off. */
import cookie from '@fastify/cookie'
import session from '@fastify/session'
import { RedisStore } from 'connect-redis'
import Fastify from 'fastify'
import { createClient } from 'redis'
import { listening, tokens, view } from './session.mjs'

const client = await createClient({ url: process.env.REDIS_URL }).connect()
const quiet = process.env.BENCH_TUNED ? { rolling: false, saveUninitialized: false } : {}

const app = Fastify()
await app.register(cookie)
await app.register(session, {
  secret: 'a secret with a minimum length of 32 characters',
  store: new RedisStore({ client, prefix: process.env.BENCH_PREFIX }),
  cookie: { secure: false, httpOnly: true, sameSite: 'strict', maxAge: 1_800_000 },
  ...quiet
})
app.post('/login', async request => {
  Object.assign(request.session, { view, tokens })
  return {}
})
app.get('/session', async request => request.session.view ?? { authenticated: false })
await app.listen({ host: '127.0.0.1', port: 0 })
listening(app.server.address().port)
