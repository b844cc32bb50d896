/** A Chromium to drive: the one there is, else Debian's, else a clear reason why there is none. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import type { Test } from 'tap'

const known = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Installed by apt where that is possible, once: the second caller finds it. */
function findChromium(): string | undefined {
  const { CHROMIUM_PATH } = process.env
  if (CHROMIUM_PATH) return CHROMIUM_PATH
  const found = known.find(path => existsSync(path))
  if (found !== undefined || process.getuid?.() !== 0) return found
  const args = ['install', '-y', '--no-install-recommends', 'chromium']
  spawnSync('apt-get', args, { stdio: 'ignore', timeout: 120_000 })
  return known.find(path => existsSync(path))
}

const executablePath = findChromium()

/** For `test(title, { skip: noBrowser }, ...)`: false where there is a browser, else what to do about it. */
export const noBrowser =
  executablePath === undefined &&
  'no Chromium: apt-get install chromium, or set CHROMIUM_PATH to a Chrome or Chromium'

/** @param args on top of those it always needs */
export async function startChromium(t: Test, args: readonly string[] = []): Promise<Browser> {
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    // A container has neither a sandbox for it nor a GPU, and little shared memory.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', ...args]
  })
  t.teardown(() => browser.close())
  return browser
}
