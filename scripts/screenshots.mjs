/** `npm run screenshots`: builds what is needed and takes the pictures in docs/images. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureChromium } from './lib/chromium.mjs'
import { NotReady, prepare, root } from './lib/prepare.mjs'

try {
  prepare()
  const script = join(root, 'dist', 'test', 'e2e', 'support', 'screenshots.js')
  // Without a browser there are no pictures: as in CI, that is a failure.
  const CHROMIUM_PATH = ensureChromium({ ...process.env, CI: '1' })
  const env = { ...process.env, TAP_TIMEOUT: '300', CHROMIUM_PATH }
  const { status } = spawnSync(process.execPath, [script], { cwd: root, env, stdio: 'inherit' })
  process.exitCode = status ?? 1
} catch (error) {
  console.error(error instanceof NotReady ? error.message : error)
  process.exitCode = 1
}
