/** `npm run soak`: the session path under full load for minutes, and what memory it takes meanwhile. */
import './lifeline.ts'
import { load } from './load.ts'
import type { Memory } from './probes/memory.ts'
import { type Program, probe } from './programs.ts'
import { flatGoals } from './report/flat.ts'
import { writeReport } from './report/report.ts'
import { keep } from './report/results.ts'
import { logIn, startLocalCognito, startService, type World } from './service.ts'
import type { Sample, Soak } from './soak-result.ts'

const option = (name: string, fallback: number) =>
  Number(process.argv.find(word => word.startsWith(`--${name}=`))?.split('=')[1] ?? fallback)

/** What is compiled, cached and pooled once is there after this, in seconds. */
const warmUp = 20

async function soak(world: World, seconds: number, connections: number): Promise<Soak> {
  const service = await startService(world, {}, ['--expose-gc', probe('memory')])
  const target = { url: `${service.url}/auth/session`, headers: await logIn(service.url) }
  await load(target, { seconds: warmUp, connections })
  const before = await service.ask<Memory>('live')
  const looking = watch(service)
  const { requests, rate, refused } = await load(target, { seconds, connections })
  const samples = thinned(looking.end())
  const after = await service.ask<Memory>('live')
  await service.stop()
  return { seconds, requests, rate, refused, samples, before, after }
}

function watch(service: Program) {
  const samples: Sample[] = []
  const begun = performance.now()
  const timer = setInterval(async () => {
    const memory = await service.ask<Memory>('memory')
    samples.push({ ...memory, at: Math.round(performance.now() - begun) / 1000 })
  }, 1000)
  return {
    end() {
      clearInterval(timer)
      return samples
    }
  }
}

/** As many as a chart can show. */
function thinned(samples: readonly Sample[], most = 120): Sample[] {
  const every = Math.ceil(samples.length / most)
  return samples.filter((_, i) => i % every === 0)
}

const seconds = Math.max(8, Math.round(option('minutes', 10) * 60))
const connections = option('connections', 50)
const cognito = await startLocalCognito()
const result = await soak({ redisUrl: process.env.REDIS_URL ?? '', cognito }, seconds, connections)
await cognito.stop()
keep('soak', { seconds, connections }, result)
writeReport()
for (const { what, measured, verdict } of flatGoals(result)) {
  console.log(`${what}: ${measured}: ${verdict}`)
  if (verdict === 'missed') process.exitCode = 1
}
