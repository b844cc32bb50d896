/** A Chromium to drive: the one that `npm test` has found or installed (scripts/lib/chromium.mjs). */
import { type Browser, chromium } from 'playwright-core'
import type { Test } from 'tap'

const executablePath = process.env.CHROMIUM_PATH

/** For `test(title, { skip: noBrowser }, ...)`: false where there is a browser, else what to do about it. */
export const noBrowser =
  !executablePath &&
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
