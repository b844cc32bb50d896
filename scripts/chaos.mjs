/**
 * `npm run chaos [-- --seed=N --minutes=N]`: faults and load against real processes, for at most ten minutes,
 * and a report: of a full run in docs/chaos.md, of a shorter one in .local/chaos.md. Without a seed it takes one by
 * chance, and prints it. `--failovers=N` runs the fail-overs by sentinels alone, N of each kind, and writes no report.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chaosOptions } from './lib/chaos-options.mjs'
import { NotReady, prepare, root } from './lib/prepare.mjs'
import { ensureRedis } from './lib/redis.mjs'

async function run() {
  const { seed, minutes, failOvers, report } = chaosOptions(process.argv.slice(2))
  prepare()
  const redis = await ensureRedis()
  if (!redis.server) throw new NotReady('This kills and freezes Redis: it needs a redis-server.')
  mkdirSync(join(root, '.local'), { recursive: true })
  const args = [join(root, 'dist/test/chaos/main.js'), ...[seed, minutes, failOvers].map(String)]
  if (report) args.push(join(root, report))
  const env = { ...process.env, TEST_REDIS_SERVER: redis.server, NODE_NO_WARNINGS: '1' }
  const child = spawn(process.execPath, args, { env, stdio: 'inherit' })
  const forward = signal => child.kill(signal)
  process.on('SIGINT', forward).on('SIGTERM', forward)
  const [code] = await once(child, 'exit')
  await redis.stop()
  return code ?? 1
}

try {
  process.exitCode = await run()
} catch (error) {
  console.error(error instanceof NotReady ? error.message : error)
  process.exitCode = 1
}
