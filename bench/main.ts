/** `npm run bench`: runs the sections that are asked for, and writes what they gave. */
import './lifeline.ts'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { profileSessionPath } from './profile.ts'
import { goals } from './report/goals.ts'
import { writeReport } from './report/report.ts'
import { keep, reader, resultsFolder } from './report/results.ts'
import { goalLines } from './report/tables.ts'
import { type Section, secondDriver, sectionsOf } from './sections.ts'
import { startLocalCognito, type World } from './service.ts'

const given = process.argv.slice(2)
const isQuick = given.includes('--quick')
const option = (name: string, fallback: number) =>
  Number(given.find(word => word.startsWith(`--${name}=`))?.split('=')[1] ?? fallback)
const sections = new Map<string, Section>(
  Object.entries(
    sectionsOf({
      rounds: option('rounds', isQuick ? 1 : 5),
      seconds: option('seconds', isQuick ? 1 : 3),
      connections: option('connections', 100),
      isQuick
    })
  )
)
/** A quick run shows the way; its figures are no results. */
const folder = isQuick ? join(tmpdir(), `bench-quick-${process.pid}`) : resultsFolder

async function measure(world: World, names: readonly string[]): Promise<void> {
  const begun = performance.now()
  for (const name of names) {
    const section = sections.get(name)
    if (!section) throw new Error(`There is no section ${name}: ${[...sections.keys()].join(', ')}`)
    console.log(`${name} ...`)
    const result = await section.measure(world)
    if (result === undefined)
      console.log('... was left out: install wrk for it (apt-get install wrk)')
    else keep(name, section.options, result, folder)
  }
  console.log(goalLines(goals(reader(folder))))
  console.log(`took ${Math.round((performance.now() - begun) / 1000)} s`)
  if (!isQuick) writeReport()
}

async function main(asked: readonly string[]): Promise<void> {
  if (asked[0] === 'report') return writeReport()
  const cognito = await startLocalCognito()
  const world = { redisUrl: process.env.REDIS_URL ?? '', cognito }
  try {
    if (asked[0] === 'profile') {
      console.log(await profileSessionPath(world, asked[1] === 'anonymous'))
    } else {
      const standard = [...sections.keys()].filter(name => name !== secondDriver)
      await measure(world, asked.length > 0 ? asked : standard)
    }
  } finally {
    await cognito.stop()
  }
}

await main(given.filter(word => !word.startsWith('--')))
