/** From `node dist/src/server.js` to the first answer, and the memory it then holds. */
import { median } from './rounds.ts'
import { startService, type World } from './service.ts'

export interface StartUp {
  /** Median in ms. */
  readonly ms: number
  /** CPU time of the process until then, in ms: what is left of the above on a machine with nothing else to do. */
  readonly cpu: number
  /** Idle, in MB. */
  readonly rss: number
}

export async function measureStartUp(world: World, rounds: number): Promise<StartUp> {
  const times: number[] = []
  const cpus: number[] = []
  const sizes: number[] = []
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now()
    const service = await startService(world)
    await (await fetch(`${service.url}/healthz`)).text()
    times.push(performance.now() - begun)
    const { cpu, rss } = await service.usage()
    cpus.push(cpu / 1000)
    sizes.push(rss / 1e6)
    await service.stop()
  }
  return { ms: median(times), cpu: median(cpus), rss: median(sizes) }
}
