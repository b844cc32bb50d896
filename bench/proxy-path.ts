/** GET /api/* through the whole service, beside a proxy that does nothing else. */
import { startProgram } from './programs.ts'
import { inRounds, type Measured, type RoundsOptions } from './rounds.ts'
import { logIn, startService, type World } from './service.ts'

export async function measureProxyPath(
  world: World,
  options: RoundsOptions
): Promise<readonly Measured[]> {
  const upstream = await startProgram('bench/peers/upstream.mjs', {})
  const service = await startService(world, { API_UPSTREAM: upstream.url })
  const bare = await startProgram('bench/peers/http-proxy.mjs', {
    NODE_ENV: 'production',
    BENCH_UPSTREAM: upstream.url
  })
  const headers = await logIn(service.url)
  try {
    return await inRounds(
      [
        {
          name: 'bare @fastify/http-proxy',
          program: bare,
          target: { url: `${bare.url}/api/items` }
        },
        { name: 'service', program: service, target: { url: `${service.url}/api/items`, headers } }
      ],
      options
    )
  } finally {
    for (const program of [service, bare, upstream]) await program.stop()
  }
}
