/**
 * `npm run mutants [-- A-02 O A.json ...]`: plants the faults of test/mutants one by one in a copy of the compiled
 * project, and runs the tests that the promise's row in docs/threat-model.md names. A fault that no test notices has
 * survived. It fails where a survivor has no reason, and a full run also where fewer than 97 % were noticed.
 *
 * --check          plant nothing: hold the lists against the sources and the threat model
 * --project=DIR    another project (that is how this program is tested)
 */
import { resolve } from 'node:path'
import { ensureChromium } from './lib/chromium.mjs'
import { complaints, gaps, readFaults } from './lib/mutants.mjs'
import { NotReady, prepare, root } from './lib/prepare.mjs'
import { ensureRedis } from './lib/redis.mjs'
import { buildTap } from './lib/tap.mjs'
import { createTrial } from './lib/trial.mjs'

const wanted = 97

const given = process.argv.slice(2)
const elsewhere = given.find(argument => argument.startsWith('--project='))?.slice(10)
const project = elsewhere ? resolve(elsewhere) : root
const names = given.filter(argument => !argument.startsWith('-'))

/** By id, by letter, or all. Throws NotReady for a name that means nothing. */
function chosen(faults) {
  if (names.length === 0) return faults
  const fits = name => faults.filter(({ id }) => id === name || id.startsWith(`${name}-`))
  const unknown = names.filter(name => fits(name).length === 0)
  if (unknown.length > 0) throw new NotReady(`No fault is planted for ${unknown.join(', ')}.`)
  return faults.filter(fault => names.some(name => fits(name).includes(fault)))
}

async function run() {
  const faults = chosen(readFaults(project))
  if (!elsewhere) prepare()
  const isCheck = given.includes('--check')
  const found = [...complaints(project, faults), ...(isCheck ? gaps(project) : [])]
  if (found.length > 0) throw new NotReady(found.join('\n'))
  if (isCheck) return { faults, ended: [] }
  if (!elsewhere) buildTap()
  const chromium = elsewhere ? undefined : ensureChromium()
  const redis = await ensureRedis()
  const trial = createTrial(project, {
    TEST_REDIS_URL: redis.url,
    ...(redis.server && { TEST_REDIS_SERVER: redis.server }),
    ...(chromium && { CHROMIUM_PATH: chromium })
  })
  try {
    const ended = []
    for (const fault of faults) ended.push(tell(fault, await trial.of(fault)))
    return { faults, ended }
  } finally {
    trial.end()
    await redis.stop()
  }
}

function tell(fault, { noticedBy, seconds, failing }) {
  const { id, fault: what, survives: reason } = fault
  if (failing) {
    console.log(`not run  ${id} ${what} (${failing} fails without any fault: mend it first)`)
    return { isKilled: false }
  }
  const how = noticedBy ? `${noticedBy}, ${seconds} s` : (reason ?? 'without a reason')
  console.log(`${noticedBy ? 'killed  ' : 'survived'} ${id} ${what} (${how})`)
  if (noticedBy && reason) console.log(`         ${id} needs its reason no longer: ${reason}`)
  return { isKilled: noticedBy !== undefined, reason }
}

function judge({ faults, ended }) {
  if (given.includes('--check')) return `${faults.length} faults, each of them can be planted`
  const killed = ended.filter(({ isKilled }) => isKilled).length
  const bare = ended.filter(({ isKilled, reason }) => !isKilled && !reason).length
  const share = Math.floor((1000 * killed) / ended.length) / 10
  if (bare > 0 || (names.length === 0 && share < wanted)) process.exitCode = 1
  const survived = ended.length - killed
  return `${killed} of ${ended.length} killed (${share} %), ${survived} not, ${bare} of them without a reason`
}

try {
  console.log(judge(await run()))
} catch (error) {
  console.error(error instanceof NotReady ? error.message : error)
  process.exitCode = 1
}
