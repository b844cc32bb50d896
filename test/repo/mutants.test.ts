/** The faults of `npm run mutants` can be planted, and its verdict is true: on this project, and on one made for it. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { type Test, test } from 'tap'
import { root } from './sources.ts'

/** Runs it without a Redis of its own: what is tried here needs none. */
function mutants(...args: string[]) {
  const program = join(root, 'scripts/mutants.mjs')
  const env = { ...process.env, REDIS_URL: 'redis://127.0.0.1:1' }
  // Without tap's hooks, which break the compiler.
  const command = ['-c', 'unset NODE_OPTIONS; exec "$@"', 'sh', process.execPath, program, ...args]
  const { stdout, stderr, status } = spawnSync('sh', command, { encoding: 'utf8', env })
  return { said: `${stdout}${stderr}`.trim().split('\n'), status }
}

const fault = {
  id: 'A-01',
  fault: 'the door is open',
  file: 'src/door.ts',
  text: "return 'shut'",
  becomes: "return 'open'",
  tests: ['door']
}

/** A project of one guard, whose test wants it to be as `wanted` says. */
function project(t: Test, faults: readonly object[], wanted = "door() === 'shut'") {
  const source = "export function door() {\n  return 'shut'\n}\n"
  return t.testdir({
    docs: {
      'threat-model.md': '| A-01 | the door is shut | `door` |\n| A-02 | so is this | `door` |\n'
    },
    src: { 'door.ts': source },
    test: { mutants: { 'abuse.json': JSON.stringify({ faults, without: { 'A-02': 'as A-01' } }) } },
    dist: {
      src: { 'door.js': source.replace("'shut'", "'shut';") },
      test: {
        'door.test.js': `import { door } from '../src/door.js'\nif (!(${wanted})) process.exitCode = 1\n`
      }
    },
    'package.json': '{ "type": "module" }'
  })
}

test('each fault can be planted, and no promise that is proved is without one', async t => {
  t.same(mutants('--check').said.slice(0, -1), [])
})

test('a fault that its test notices is killed, one that it does not has survived', async t => {
  const one = mutants(`--project=${project(t, [fault])}`)
  t.match(one.said, [/^killed {3}A-01 the door is open \(door, \d+ s\)$/, '1 of 1 killed (100 %)'])
  t.equal(one.status, 0)
  const blind = "typeof door() === 'string'"
  const survived = mutants(`--project=${project(t, [fault], blind)}`)
  t.match(survived.said, [
    'survived A-01 the door is open (without a reason)',
    '0 of 1 killed (0 %)'
  ])
  t.equal(survived.status, 1)
})

test('a reason excuses a survivor, and not more than three in a hundred', async t => {
  const excused = { ...fault, survives: 'nobody goes through it' }
  const project1 = `--project=${project(t, [excused], "typeof door() === 'string'")}`
  const named = mutants(project1, 'A-01')
  t.match(named.said, ['survived A-01 the door is open (nobody goes through it)'])
  t.equal(named.status, 0)
  t.equal(mutants(project1).status, 1, 'a full run')
})

test('a fault that cannot be planted, and a test that fails by itself, stop the run', async t => {
  for (const [faults, wanted, sentence] of [
    [[{ ...fault, text: 'return 1' }], undefined, /"return 1" occurs 0 times in src\/door.ts/],
    [[{ ...fault, tests: ['window'] }], undefined, /its row in .* does not name window/],
    [[{ ...fault, id: 'A-03' }], undefined, /A-03 has no row with a proof/],
    [[fault], 'false', /^not run {2}A-01 .*door fails without any fault/]
  ] as const) {
    const { said, status } = mutants(`--project=${project(t, faults, wanted)}`)
    t.match(said.join('\n'), sentence)
    t.equal(status, 1)
  }
  const gap = mutants(`--project=${project(t, [])}`, '--check')
  t.match(gap.said.join('\n'), /A-01 has a proof and no fault is planted for it/)
  t.match(mutants('Z-99').said, ['No fault is planted for Z-99.'])
})
