/** Runs tap on compiled test files and answers what came of each, whatever the files do. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { filesBelow } from './files.mjs'
import { whileLocked } from './lock.mjs'
import { NotReady, root } from './prepare.mjs'
import { add } from './totals.mjs'

const reporter = fileURLToPath(new URL('../reporter.mjs', import.meta.url))
const preload = new URL('./natural-end.mjs', import.meta.url)
const tap = join(root, 'node_modules', '.bin', 'tap')

/**
 * tap compiles its plugins into its own package. Left to itself it notices a changed list during the first
 * run after an install, and that run fails all over; so look first. Throws NotReady.
 */
export function buildTap() {
  if (hasPlugins()) return
  whileLocked(join(root, '.local', 'prepare.lock'), () => {
    if (hasPlugins()) return
    const built = spawnSync(process.execPath, [tap, 'build'], { cwd: root, encoding: 'utf8' })
    if (!hasPlugins()) throw new NotReady(`${built.stdout}${built.stderr}\ntap build failed.`)
  })
}

function hasPlugins() {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).tap.plugin
  const file = join(root, 'node_modules/@tapjs/test/test-built/dist/esm/index.js')
  if (!existsSync(file)) return false
  const signature = /export const signature = `([^`]*)`/.exec(readFileSync(file, 'utf8'))
  const built = signature?.[1].split('\n') ?? []
  return wanted.every(name => built.includes(name.replace(/^!/, '')) !== name.startsWith('!'))
}

/**
 * test/run-times.json lists the files that take long. `long`: they kill, freeze and restart real processes for minutes,
 * and run only when they are named (`npm test test/chaos`); what they show is also tested against each part alone.
 * `slow`: more than 3 s each; `npm test -- --quick` leaves them out, too.
 */
function readRunTimes(project) {
  const file = join(project, 'test', 'run-times.json')
  if (!existsSync(file)) return { long: [], slow: [] }
  const { long, slow } = JSON.parse(readFileSync(file, 'utf8'))
  const compiled = name => `dist/test/${name}.test.js`
  return { long: long.map(compiled), slow: slow.map(compiled) }
}

/**
 * Returns the compiled files that `names` mean (sources, compiled files or folders; without names all but the long
 * ones, and with `isQuick` without the slow ones), by their path in `project`, the names that mean nothing, and the
 * files that are left out.
 */
export function findTests(project, names, { isQuick = false } = {}) {
  const { long, slow } = readRunTimes(project)
  const excluded = new Set(isQuick ? [...long, ...slow] : long)
  const all = filesBelow(join(project, 'dist', 'test'), '.test.js')
    .map(file => relative(project, file))
    .filter(file => !file.includes('/fixtures/'))
  if (names.length === 0) {
    const files = all.filter(file => !excluded.has(file))
    return { files, unknown: [], left: all.filter(file => excluded.has(file)) }
  }
  const matches = names.map(name => {
    const path = relative(project, resolve(project, name)).replace(/\.ts$/, '.js')
    const compiled = path.startsWith('dist') ? path : join('dist', path)
    return all.filter(file => file === compiled || file.startsWith(`${compiled}/`))
  })
  const unknown = names.filter((_, index) => matches[index]?.length === 0)
  return { files: [...new Set(matches.flat())].sort(), unknown, left: [] }
}

/**
 * Answers `{ passed, failed, skipped }`. A file that gave no result counts as failed, and so does a run
 * that tap calls failed for a reason that no file has.
 */
export async function runTap({ project, files, args, env }) {
  const totalsFile = join(project, '.tap', 'totals.json')
  rmSync(totalsFile, { force: true })
  const fixed = [`--reporter=${reporter}`, `--node-arg=--import=${preload}`]
  const child = spawn(process.execPath, [tap, ...fixed, ...args, ...files], {
    cwd: project,
    env: {
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...withoutTap(process.env),
      ...env
    },
    stdio: ['ignore', 'inherit', 'inherit']
  })
  const forward = signal => child.kill(signal)
  process.on('SIGINT', forward).on('SIGTERM', forward)
  const [code, signal] = await once(child, 'close')
  process.off('SIGINT', forward).off('SIGTERM', forward)
  return judge(files, existsSync(totalsFile) ? readTotals(totalsFile) : {}, code ?? signal)
}

function readTotals(file) {
  return statSync(file).size > 0 ? JSON.parse(readFileSync(file, 'utf8')).files : {}
}

function judge(files, results, ending) {
  const silent = files.filter(file => !results[file])
  for (const file of silent) console.log(`FAIL ${file}  gave no result`)
  const none = { passed: 0, failed: silent.length, skipped: 0 }
  const totals = Object.values(results).reduce(add, none)
  if (ending === 0 || totals.failed > 0) return totals
  console.log(`tap ended with ${ending} although no test failed.`)
  return { ...totals, failed: 1 }
}

/** A run must not depend on who started it: a tap test may, and tap speaks to its children by variables. */
function withoutTap(env) {
  const foreign = /^(TAP|TAP_.*|_TAPJS_.*|_TAP_.*)$/
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)))
}
