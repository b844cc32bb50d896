/**
 * `npm test [-- files and tap options]`. Its last line is always `N passed, N failed` (and `, N skipped`),
 * and it exits with 1 when anything failed; a run that finds no test has failed. What the tests need of other
 * programs (Redis, Chromium) is looked for, and installed where that is possible, before the first of them runs.
 *
 * --quick          leave out the files that take long (test/run-times.json)
 * --coverage       measure the coverage, too
 * --project=DIR    run the tests compiled in another folder, as they are (that is how this runner is tested)
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ensureChromium, needsBrowser } from './lib/chromium.mjs'
import { NotReady, prepare, root } from './lib/prepare.mjs'
import { ensureRedis } from './lib/redis.mjs'
import { buildTap, findTests, runTap } from './lib/tap.mjs'
import { lastLine } from './lib/totals.mjs'

const given = process.argv.slice(2)
const names = given.filter(argument => !argument.startsWith('-'))
const elsewhere = given.find(argument => argument.startsWith('--project='))?.slice(10)
const withCoverage = given.includes('--coverage')
const isQuick = given.includes('--quick')
const ownOptions = ['--coverage', '--quick', '--project']
const tapOptions = given.filter(
  argument => argument.startsWith('-') && !ownOptions.includes(argument.replace(/=.*/, ''))
)

const summaryFile = join(root, '.tap', 'report', 'coverage-summary.json')
const coverageOptions = [
  '--no-disable-coverage',
  '--allow-incomplete-coverage',
  '--allow-empty-coverage',
  '--coverage-exclude=dist/test/**',
  '--coverage-report=text',
  '--coverage-report=json-summary'
]

async function run() {
  if (!elsewhere) prepare()
  buildTap()
  const project = elsewhere ? resolve(elsewhere) : root
  const { files, unknown, left } = findTests(project, names, { isQuick })
  if (isQuick)
    console.log(`     ${left.length} files take long and are left out (test/run-times.json)`)
  else
    for (const file of left)
      console.log(`     ${file}  is left to \`npm test test/chaos\` (minutes)`)
  for (const name of unknown) console.log(`FAIL ${name}  no such test file`)
  if (files.length === 0) return { passed: 0, failed: Math.max(1, unknown.length), skipped: 0 }
  const isBrowserNeeded = needsBrowser(files.map(file => join(project, file)))
  const chromium = isBrowserNeeded ? ensureChromium() : undefined
  const redis = await ensureRedis()
  try {
    const totals = await runTap({
      project,
      files,
      args: [...(withCoverage ? coverageOptions : []), ...tapOptions],
      env: {
        TEST_REDIS_URL: redis.url,
        ...(redis.server && { TEST_REDIS_SERVER: redis.server }),
        ...(chromium && { CHROMIUM_PATH: chromium })
      }
    })
    return { ...totals, failed: totals.failed + unknown.length }
  } finally {
    await redis.stop()
  }
}

function sayCoverage() {
  if (!withCoverage || !existsSync(summaryFile)) return
  const { lines } = JSON.parse(readFileSync(summaryFile, 'utf8')).total
  console.log(`lines covered: ${lines.pct} % (${lines.covered} of ${lines.total})`)
}

function complain(error) {
  console.error(error instanceof NotReady ? error.message : error)
  return { passed: 0, failed: 1, skipped: 0 }
}

rmSync(summaryFile, { force: true })
const totals = await run().catch(complain)
sayCoverage()
console.log(lastLine(totals))
process.exitCode = totals.failed > 0 ? 1 : 0
