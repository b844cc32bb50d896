/** What a session takes in Redis, beside the plain JSON that is stored elsewhere. */
import { randomBytes } from 'node:crypto'
import { test } from 'tap'
import { connectRedis } from '../../src/redis/connect.ts'
import { redisBackend } from '../../src/session/redis-backend.ts'
import { createSessionStore } from '../../src/session/store.ts'
import { startRedis } from '../support/redis.ts'

/** About as many characters as a token of Cognito has, in as many segments: base64url of whole bytes. */
function token(length: number, segments: number): string {
  const bytes = Math.ceil(((length - segments + 1) / segments) * 0.75)
  const segment = () => randomBytes(bytes).toString('base64url')
  return Array.from({ length: segments }, segment).join('.')
}

test('a session with its tokens takes at most 0.6 of its plain JSON', async t => {
  const server = await startRedis(t)
  const store = createSessionStore({
    backend: redisBackend(connectRedis({ url: server.url })),
    keys: [randomBytes(32)],
    idleSeconds: 1800
  })
  t.teardown(() => store.close())
  const accessToken = token(1100, 3)
  const refreshToken = token(1800, 5)
  const now = Date.now()
  const data = {
    kind: 'authenticated',
    handle: randomBytes(16).toString('base64url'),
    user: {
      sub: '7c1a2f5e-3d0b-4b6e-9f1d-2a8c5e4b7d90',
      email: 'somebody@example.com',
      emailVerified: true,
      groups: ['readers']
    },
    createdAt: now,
    expiresAt: now + 43_200_000,
    authenticatedAt: now
  } as const
  const tokens = { accessToken, refreshToken, accessExpiresAt: now + 3_600_000 }
  await store.create('a'.repeat(43), data, tokens, { ip: '192.0.2.1', userAgent: 'x'.repeat(120) })
  const [record = ''] = (await server.cli('KEYS', 'bff:s:*')) as string[] // KEYS answers a list
  const sealed = Number(await server.cli('STRLEN', record))
  const cookie = { expires: null, originalMaxAge: null, httpOnly: true, path: '/' }
  const plain = JSON.stringify({ cookie, ...data, ...tokens, idToken: token(1200, 3) })
  t.ok(sealed / plain.length <= 0.6, `${sealed} bytes are ${sealed / plain.length} of plain JSON`)
})
