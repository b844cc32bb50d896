/** Runs a compiled program of bench/ over a Redis of its own, which goes with it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { NotReady, prepare, root } from './prepare.mjs'
import { ensureRedis } from './redis.mjs'

/** @param {string} file in dist/bench; it gets the arguments of this process */
export async function measure(file) {
  try {
    prepare()
    // Never somebody's own Redis: thousands of sessions are written to it.
    delete process.env.REDIS_URL
    const redis = await ensureRedis()
    const child = spawn(
      process.execPath,
      [join(root, 'dist/bench', file), ...process.argv.slice(2)],
      {
        env: { ...process.env, REDIS_URL: redis.url },
        // By the channel it notices that this process has ended, however that came.
        stdio: ['inherit', 'inherit', 'inherit', 'ipc']
      }
    )
    const [code] = await once(child, 'exit')
    await redis.stop()
    process.exitCode = code ?? 1
  } catch (error) {
    console.error(error instanceof NotReady ? error.message : error)
    process.exitCode = 1
  }
}
