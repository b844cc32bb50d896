/** Fastify alone, and Fastify with one GET of Redis before it answers: what nothing can be faster than. */
import Fastify from 'fastify'
import { createClient } from 'redis'
import { listening, recordOf, view } from './session.mjs'

const redis = await createClient({ url: process.env.REDIS_URL }).connect()
await redis.set('bench:record', recordOf(Number(process.env.BENCH_RECORD_BYTES)))

const app = Fastify()
app.get('/plain', async () => view)
app.get('/get', async () => {
  await redis.get('bench:record')
  return view
})
app.get('/get-and-parse', async () => {
  const { tokens, ...session } = JSON.parse(await redis.get('bench:record'))
  return session
})
await app.listen({ host: '127.0.0.1', port: 0 })
listening(app.server.address().port)
