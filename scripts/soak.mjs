/**
 * `npm run soak [-- --minutes=10] [--connections=50]`: full load on the service, and its memory meanwhile.
 * It fails where the second half of the run needed noticeably more than the first.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { NotReady, prepare, root } from './lib/prepare.mjs'
import { ensureRedis } from './lib/redis.mjs'

try {
  prepare()
  delete process.env.REDIS_URL
  const redis = await ensureRedis()
  const child = spawn(
    process.execPath,
    [join(root, 'dist/bench/soak.js'), ...process.argv.slice(2)],
    { env: { ...process.env, REDIS_URL: redis.url }, stdio: 'inherit' }
  )
  const [code] = await once(child, 'exit')
  await redis.stop()
  process.exitCode = code ?? 1
} catch (error) {
  console.error(error instanceof NotReady ? error.message : error)
  process.exitCode = 1
}
