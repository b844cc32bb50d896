/**
 * `npm run chaos [-- --seed=N --minutes=N]`: faults and load against real processes, for at most ten minutes,
 * and a report: of a full run in docs/chaos.md, of a shorter one in .local/chaos.md. Without a seed it takes one by
 * chance, and prints it. `--failovers=N` runs the fail-overs by sentinels alone, N of each kind, and writes no report.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { NotReady, prepare, root } from './lib/prepare.mjs'
import { ensureRedis } from './lib/redis.mjs'

const most = 10

/** The number given as `--name=N`. Throws NotReady for anything else. */
function given(name, fallback) {
  const text = process.argv.find(argument => argument.startsWith(`--${name}=`))?.split('=')[1]
  const value = text === undefined ? fallback : Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new NotReady(`--${name} must be a number above 0`)
}

async function run() {
  const seed = given('seed', 1 + Math.floor(Math.random() * 1e6))
  const minutes = Math.min(most, given('minutes', most))
  const failOvers = process.argv.some(one => one.startsWith('--failovers'))
    ? given('failovers', 20)
    : 0
  prepare()
  const redis = await ensureRedis()
  if (!redis.server) throw new NotReady('This kills and freezes Redis: it needs a redis-server.')
  // What a short run leaves out must not take the place of what a full one has found.
  const report = minutes === most ? 'docs/chaos.md' : '.local/chaos.md'
  mkdirSync(join(root, '.local'), { recursive: true })
  const program = join(root, 'dist/test/chaos/main.js')
  const args = [program, String(seed), String(minutes), join(root, report), String(failOvers)]
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
