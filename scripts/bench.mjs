/**
 * `npm run bench [-- section ...] [-- --rounds=5] [--seconds=3]`: measures the service beside its peers,
 * against a real Redis and the local Cognito. Without sections: all of them. See docs/performance.md.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { NotReady, prepare, root } from './lib/prepare.mjs'
import { ensureRedis } from './lib/redis.mjs'

try {
  prepare()
  // Never somebody's own Redis: the sections flush it.
  delete process.env.REDIS_URL
  const redis = await ensureRedis()
  const child = spawn(
    process.execPath,
    [join(root, 'dist/bench/main.js'), ...process.argv.slice(2)],
    { env: { ...process.env, REDIS_URL: redis.url }, stdio: 'inherit' }
  )
  const [code] = await once(child, 'exit')
  await redis.stop()
  process.exitCode = code ?? 1
} catch (error) {
  console.error(error instanceof NotReady ? error.message : error)
  process.exitCode = 1
}
