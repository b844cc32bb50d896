/** What `npm test` needs of other programs is there before the first test, or the run says what is missing. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Test, test } from 'tap'
import { root } from './sources.ts'

/** A machine whose apt-get is a script of ours; `works` says at which try an install succeeds. */
function machine(t: Test, works: 'at once' | 'after an update' | 'never') {
  const folder = t.testdir()
  const log = join(folder, 'log')
  const put = `printf '#!/bin/sh\\n' >${folder}/chromium; /bin/chmod +x ${folder}/chromium`
  const install = {
    'at once': put,
    'after an update': `if [ -e ${folder}/lists ]; then ${put}; else exit 100; fi`,
    never: 'exit 100'
  }[works]
  const script = `#!/bin/sh
echo "$1" >>${log}
case $1 in update) : >${folder}/lists ;; *) ${install} ;; esac
`
  writeFileSync(join(folder, 'apt-get'), script)
  chmodSync(join(folder, 'apt-get'), 0o755)
  return {
    folder,
    log: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    /** Looks for Chromium there, in a process of its own; gives what it says. */
    ensure(more: Readonly<Record<string, string>> = {}, isRoot = true): string {
      const module = JSON.stringify(join(root, 'scripts/lib/chromium.mjs'))
      const env = JSON.stringify({ ...more, PATH: folder })
      const code = `import { ensureChromium } from ${module}
try { console.log('found ' + ensureChromium(${env}, ${isRoot})) } catch (error) { console.log('threw ' + error.message) }`
      const args = ['--input-type=module', '-e', code]
      return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout
    }
  }
}

test('a Chromium is installed once, and lists are refreshed only where that is needed', async t => {
  for (const [works, calls] of [
    ['at once', ['install']],
    ['after an update', ['install', 'update', 'install']]
  ] as const) {
    await t.test(works, async t => {
      const one = machine(t, works)
      t.match(one.ensure({ CI: 'true' }), `found ${one.folder}/chromium\n`)
      t.match(one.ensure({ CI: 'true' }), `found ${one.folder}/chromium\n`)
      t.same(one.log(), calls)
    })
  }
})

test('without one the tests are skipped by word, and in CI the run fails', async t => {
  const one = machine(t, 'never')
  t.match(one.ensure(), /apt-get install chromium[\s\S]*skipped in this run[\s\S]*found undefined/)
  t.match(one.ensure({ CI: 'true' }), /threw The tests of the page need a Chromium/)
  t.match(one.ensure({ CI: 'true' }, false), /^threw The tests of the page/, 'apt-get is for root')
  t.match(
    one.ensure({ CHROMIUM_PATH: '/no/such' }),
    'threw CHROMIUM_PATH names no program: /no/such'
  )
})
