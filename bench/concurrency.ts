/** GET /auth/session against how many ask at once, beside the least that can be done for a session. */
import { startProgram } from './programs.ts'
import { inRounds, type Measured, type RoundsOptions } from './rounds.ts'
import { logIn, startService, type World } from './service.ts'

export interface ConcurrencyPoint extends Measured {
  /** `service` or `bare Fastify + GET`. */
  readonly server: string
  readonly connections: number
}

/** As many bytes as a record of the service has, about. */
const recordBytes = '2400'

export async function measureConcurrency(
  world: World,
  options: RoundsOptions,
  numbers: readonly number[]
): Promise<readonly ConcurrencyPoint[]> {
  const service = await startService(world)
  const bare = await startProgram('bench/peers/bare.mjs', {
    REDIS_URL: world.redisUrl,
    NODE_ENV: 'production',
    BENCH_RECORD_BYTES: recordBytes
  })
  const headers = await logIn(service.url)
  const points = numbers.flatMap(connections => [
    {
      server: 'service',
      connections,
      program: service,
      target: { url: `${service.url}/auth/session`, headers }
    },
    {
      server: 'bare Fastify + GET',
      connections,
      program: bare,
      target: { url: `${bare.url}/get` }
    }
  ])
  const named = points.map(point => ({ ...point, name: `${point.server}, ${point.connections}` }))
  try {
    const measured = await inRounds(named, options)
    return named.flatMap(({ name, server, connections }) => {
      const figures = measured.find(variant => variant.name === name)
      return figures ? [{ ...figures, server, connections }] : []
    })
  } finally {
    for (const program of [service, bare]) await program.stop()
  }
}
