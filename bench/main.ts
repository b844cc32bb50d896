/** `npm run bench`: runs the sections that are asked for, and writes what they gave. */

import { profileSessionPath } from './profile.ts'
import { measureProxyPath } from './proxy-path.ts'
import { writeReport } from './report/report.ts'
import { keep } from './report/results.ts'
import { startLocalCognito, type World } from './service.ts'
import { measureSessionPath } from './session-path.ts'
import { measureSrp } from './srp.ts'
import { measureStartUp } from './start-up.ts'
import { measureStorm } from './storm.ts'
import { measureStreaming } from './streaming.ts'

const given = process.argv.slice(2)
const option = (name: string, fallback: number) =>
  Number(given.find(word => word.startsWith(`--${name}=`))?.split('=')[1] ?? fallback)
const rounds = option('rounds', 5)
const shape = { rounds, seconds: option('seconds', 3), connections: option('connections', 100) }

const sections: Readonly<Record<string, (world: World) => unknown>> = {
  session: world => measureSessionPath(world, shape),
  proxy: world => measureProxyPath(world, shape),
  srp: () => measureSrp(rounds),
  streaming: world => measureStreaming(world),
  start: world => measureStartUp(world, rounds),
  storm: world => measureStorm(world)
}

const asked = given.filter(word => !word.startsWith('--'))
const cognito = await startLocalCognito()
const world = { redisUrl: process.env.REDIS_URL ?? '', cognito }
try {
  if (asked[0] === 'profile') {
    console.log(await profileSessionPath(world, asked[1] === 'anonymous'))
  } else {
    for (const name of asked.length > 0 ? asked : Object.keys(sections)) {
      console.log(`${name} ...`)
      keep(name, { ...shape }, await sections[name]?.(world))
    }
    writeReport()
  }
} finally {
  await cognito.stop()
}
