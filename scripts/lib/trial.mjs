/** Tries faults in a copy of the project: no source is touched, and nothing is compiled for them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { found, runs } from './mutants.mjs'

const preload = new URL('./natural-end.mjs', import.meta.url)

/** A test may take this long (s), and with a fault not many times what it takes without: one that hangs has noticed. */
const longest = 300
const longestWith = seconds => Math.min(longest, 30 + 5 * seconds)

/** Folders that no test changes, and that are large. */
const shared = ['node_modules', '.git']
const leftOut = ['.local', '.tap']

const secondsSince = at => Math.round((Date.now() - at) / 1000)

/** @param env what the tests need of other programs */
export function createTrial(project, env) {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'))
  for (const name of readdirSync(project)) {
    if (shared.includes(name)) symlinkSync(join(project, name), join(copy, name))
    else if (!leftOut.includes(name)) {
      cpSync(join(project, name), join(copy, name), { recursive: true, preserveTimestamps: true })
    }
  }
  const end = () => rmSync(copy, { recursive: true, force: true })
  process.once('exit', end)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  /** How long each test has taken without a fault (s); undefined for one that fails. */
  const passing = new Map()

  /** True where the test passes. Its output is shown only where that is the only way to learn why it does not. */
  async function passes(name, { isQuiet, within }) {
    const file = join(copy, 'dist/test', `${name}.test.js`)
    const child = spawn(process.execPath, [`--import=${preload}`, file], {
      cwd: copy,
      env: {
        ...process.env,
        ...env,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        TAP_BAIL: isQuiet ? '1' : '0',
        TAP_TIMEOUT: String(within)
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: within * 1000,
      killSignal: 'SIGKILL'
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += text))
    const [code] = await once(child, 'close')
    if (code !== 0 && !isQuiet) console.log(output)
    return code === 0
  }

  /** A test that fails by itself would kill everything. */
  async function passesByItself(name) {
    if (!passing.has(name)) {
      const startedAt = Date.now()
      const isGood = await passes(name, { isQuiet: false, within: longest })
      passing.set(name, isGood ? secondsSince(startedAt) : undefined)
    }
    return passing.get(name) !== undefined
  }

  return {
    /**
     * `{ noticedBy, seconds }`: the first of its tests that fails, undefined where none does; or `{ failing }`, one that
     * fails without the fault, so that nothing can be said.
     */
    async of({ file, text, becomes, tests }) {
      for (const name of tests) if (!(await passesByItself(name))) return { failing: name }
      const path = join(copy, runs(file))
      const good = readFileSync(path, 'utf8')
      const startedAt = Date.now()
      const outcome = noticedBy => ({ noticedBy, seconds: secondsSince(startedAt) })
      const [{ from, to }] = found(good, text)
      writeFileSync(path, good.slice(0, from) + becomes + good.slice(to))
      try {
        for (const name of tests) {
          const within = longestWith(passing.get(name))
          if (!(await passes(name, { isQuiet: true, within }))) return outcome(name)
        }
        return outcome(undefined)
      } finally {
        writeFileSync(path, good)
      }
    },
    end
  }
}
