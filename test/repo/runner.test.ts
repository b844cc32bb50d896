/** `npm test` must never claim more than what happened: its last line and exit code on files that misbehave. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type Test, test } from 'tap'

const root = fileURLToPath(new URL('../../../', import.meta.url))

const imports = "import { test } from 'tap'\n"
const good = "test('good', async t => { t.ok(true) })\n"
const bad = "test('bad', async t => { t.equal(1, 2) })\n"
const endless = "test('endless', () => new Promise(resolve => setTimeout(resolve, 60_000)))\n"
const passed = { lastLine: '1 passed, 0 failed', exitCode: 0 }
const failed = { lastLine: '0 passed, 1 failed', exitCode: 1 }
const both = { lastLine: '1 passed, 1 failed', exitCode: 1 }

/** What a file does (its name says it), its source, and what is to be said of it. */
const cases: [name: string, source: string, counts: string][] = [
  ['passes', imports + good, '1 passed'],
  ['fails', imports + good + bad, '1 passed, 1 failed'],
  [
    'fails-in-a-nested-block',
    `${imports}test('outer', async t => { t.test('a', async t => { t.ok(1) }); t.test('b', async t => { t.ok(0) }) })`,
    '1 passed, 1 failed'
  ],
  ['throws-in-a-test', `${imports}test('x', async () => { throw 1 })`, '0 passed, 1 failed'],
  ['throws-at-the-top', `${imports}${good}throw new Error('x')`, '1 passed, 1 failed'],
  ['imports-what-is-gone', `${imports}import './gone.js'\n${good}`, '0 passed, 1 failed'],
  ['has-a-syntax-error', `${imports}${good}}`, '0 passed, 1 failed'],
  ['is-empty', '', '0 passed, 1 failed'],
  ['declares-no-test', imports, '0 passed, 1 failed'],
  ['exits-with-3', `${imports}${good}process.exitCode = 3`, '1 passed, 1 failed'],
  [
    'exits-in-a-test',
    `${imports}${good}test('x', () => process.exit(0))\n${good}`,
    '1 passed, 1 failed'
  ],
  [
    'exits-before-the-last-test',
    `${imports}test('x', t => t.end())\nprocess.exit(0)\n${bad}`,
    '1 passed, 1 failed'
  ],
  [
    'is-killed',
    `${imports}${good}test('x', () => process.kill(process.pid, 'SIGKILL'))`,
    '1 passed, 1 failed'
  ],
  [
    'does-not-meet-its-plan',
    `${imports}test('x', t => { t.plan(2); t.ok(1) })`,
    '0 passed, 1 failed'
  ],
  [
    'skips',
    `${imports}${good}test('s', { skip: 'why' }, async () => {})\ntest('t', { todo: true })\ntest('u', async t => { t.skip() })`,
    '1 passed, 3 skipped'
  ],
  ['asserts-outside-of-tests', `import t from 'tap'\nt.ok(1)\nt.ok(2)`, '1 passed']
]

/** A folder with the given compiled test files, in which tap runs as it does in this repository. */
function projectWith(t: Test, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const { tap } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', tap }))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  mkdirSync(join(folder, 'dist/test/area'), { recursive: true })
  for (const [name, source] of Object.entries(files)) {
    writeFileSync(join(folder, 'dist/test', name), source)
  }
  return folder
}

async function run(folder: string, args: string[]) {
  const script = join(root, 'scripts/test.mjs')
  const child = spawn(process.execPath, [script, `--project=${folder}`, ...args], {
    // These files want no Redis, so none is started for them.
    env: { PATH: process.env.PATH, REDIS_URL: 'redis://127.0.0.1:1' },
    stdio: ['ignore', 'pipe', 'ignore']
  })
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')])
  return { output, exitCode, lastLine: output.trimEnd().split('\n').at(-1) }
}

test('every way in which a file can fail is counted as a failure', async t => {
  const files = cases.map(([name, source]) => [`${name}.test.js`, source])
  const { output, ...result } = await run(projectWith(t, Object.fromEntries(files)), [])
  for (const [name, , counts] of cases) {
    const word = counts.includes('failed') ? 'FAIL' : 'ok  '
    t.match(output, `${word} dist/test/${name}.test.js  ${counts}\n`, name)
  }
  t.match(output, 'skipped: dist/test/skips.test.js > s  (why)\n', 'with its reason')
  t.match(output, 'skipped: dist/test/skips.test.js > t  (no reason is given)\n')
  t.same(result, { lastLine: '10 passed, 13 failed, 3 skipped', exitCode: 1 })
})

test('a run in which all goes well ends with the numbers and 0', async t => {
  t.match(await run(projectWith(t, { 'a.test.js': imports + good }), []), passed)
})

test('a file that never ends is a failure, whatever became of the others', async t => {
  const files = { 'a.test.js': imports + good + endless }
  t.match(await run(projectWith(t, files), ['--timeout=2']), both)
})

test('a file that bails out is a failure', async t => {
  const files = { 'a.test.js': "import t from 'tap'\nt.bailout('enough')" }
  t.match(await run(projectWith(t, files), []), failed)
})

test('files are chosen by the names of their sources', async t => {
  const files = { 'a.test.js': imports + bad, 'area/b.test.js': imports + good, 'c.js': 'throw 1' }
  const project = projectWith(t, files)
  t.match(await run(project, []), both, 'all without a name')
  t.match(await run(project, ['test/area/b.test.ts']), passed, 'by source')
  t.match(await run(project, ['test/area']), passed, 'by folder')
})

test('a quick run leaves out the slow files, and each run the long ones; a name runs them', async t => {
  const files = { 'a.test.js': imports + good, 'area/b.test.js': imports + bad }
  const project = projectWith(t, files)
  mkdirSync(join(project, 'test'))
  const list = (runTimes: object) =>
    writeFileSync(join(project, 'test/run-times.json'), JSON.stringify(runTimes))
  list({ long: [], slow: ['area/b'] })
  t.match(await run(project, []), both)
  t.match(await run(project, ['--quick']), { ...passed, output: /1 files take long/ })
  list({ long: ['area/b'], slow: [] })
  t.match(await run(project, []), { ...passed, output: /area\/b.test.js {2}is left to/ })
  t.match(await run(project, ['test/area']), failed)
})

test('the list of files that take long names files that exist', t => {
  const { long, slow } = JSON.parse(readFileSync(join(root, 'test/run-times.json'), 'utf8'))
  const missing = [...long, ...slow].filter(
    (name: string) => !existsSync(join(root, `test/${name}.test.ts`))
  )
  t.same(missing, [])
  t.end()
})

test('a name that no test file has is a failure, not an empty success', async t => {
  const project = projectWith(t, { 'a.test.js': imports + good })
  t.match(await run(project, ['test/b.test.ts']), failed)
  t.match(await run(project, ['test/a.test.ts', 'test/b.test.ts']), both)
})

test('a project without tests is a failure', async t => {
  t.match(await run(projectWith(t, {}), []), failed)
})

test('a failure is printed with its file, its titles and what was expected', async t => {
  const { output } = await run(projectWith(t, { 'a.test.js': imports + good + bad }), [])
  t.match(output, 'FAIL dist/test/a.test.js  1 passed, 1 failed')
  t.match(output, 'dist/test/a.test.js > bad > should be equal')
  t.match(output, '-2\n')
  t.match(output, '+1\n')
})
