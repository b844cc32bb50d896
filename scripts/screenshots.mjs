/** `npm run screenshots`: builds what is needed and takes the pictures in docs/images. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { NotReady, prepare, root } from './lib/prepare.mjs'

try {
  prepare()
  const script = join(root, 'dist', 'test', 'e2e', 'support', 'screenshots.js')
  const env = { ...process.env, TAP_TIMEOUT: '300' }
  const { status } = spawnSync(process.execPath, [script], { cwd: root, env, stdio: 'inherit' })
  process.exitCode = status ?? 1
} catch (error) {
  console.error(error instanceof NotReady ? error.message : error)
  process.exitCode = 1
}
