/** A Chromium for the tests that drive a browser: the one there is, else Debian's, installed once and before them. */
import { readFileSync } from 'node:fs'
import { aptInstall, inPath, isExecutable } from './apt.mjs'
import { NotReady } from './prepare.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium'
]

const advice = `The tests of the page need a Chromium or Chrome, and none could be found or installed. One of these helps:
  sudo apt-get install chromium                    Debian
  CHROMIUM_PATH=/path/to/chrome npm test           any other`

/** Whether one of the compiled test files drives a browser. */
export function needsBrowser(files) {
  return files.some(file => /\b(noBrowser|startChromium)\b/.test(readFileSync(file, 'utf8')))
}

/**
 * The path of a Chromium. Undefined where there is none: its tests are skipped then, each with a line that says so.
 * Throws NotReady where `CHROMIUM_PATH` names no program, and in CI (`CI` is set), where a skipped test is a failure.
 */
export function ensureChromium(env = process.env, isRoot = process.getuid?.() === 0) {
  const { CHROMIUM_PATH: given, CI } = env
  if (given) {
    if (isExecutable(given)) return given
    throw new NotReady(`CHROMIUM_PATH names no program: ${given}`)
  }
  const find = () => names.map(name => inPath(name, env.PATH)).find(Boolean)
  const found = find() ?? places.find(isExecutable)
  if (found) return found
  if (aptInstall('chromium', env, isRoot) && find()) return find()
  if (CI && CI !== 'false') throw new NotReady(advice)
  console.log(`${advice}\nThey are skipped in this run; with CI=1 that is a failure.`)
  return undefined
}
