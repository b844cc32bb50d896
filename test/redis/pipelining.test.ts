import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import { redisScript } from '../../src/redis/connection.ts'
import { startRedis } from '../support/redis.ts'

test('commands of one tick travel together', async t => {
  const { port } = await startRedis(t)
  const chunks: string[] = []
  const relay = createServer(client => {
    const server = connect(port, '127.0.0.1')
    client.on('data', chunk => chunks.push(chunk.toString())).on('error', () => {})
    client.pipe(server).pipe(client)
  })
  await once(relay.listen(0, '127.0.0.1'), 'listening')
  const address = relay.address()
  if (address === null || typeof address === 'string') throw new Error('The relay has no port')
  const redis = connectRedis({ url: `redis://127.0.0.1:${address.port}` })
  t.teardown(async () => {
    await redis.close()
    relay.close()
  })
  const script = redisScript('return 1')
  await redis.run(script, ['key'], [])
  chunks.length = 0
  await Promise.all([
    redis.send('key', 'GET', 'key'),
    redis.run(script, ['key'], []),
    redis.send('other', 'GET', 'other')
  ])
  const sent = chunks.filter(chunk => chunk.includes('GET'))
  t.equal(sent.length, 1)
  t.match(sent[0], /GET.*EVALSHA.*GET/s)
})
