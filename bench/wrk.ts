/** The session and the proxy path once more, by another driver. */
import { hasWrk } from './drivers/wrk.ts'
import { measureProxyPath } from './proxy-path.ts'
import type { Measured, RoundsOptions } from './rounds.ts'
import type { World } from './service.ts'
import { measureSessionPath } from './session-path.ts'

export interface Wrk {
  readonly session: readonly Measured[]
  readonly proxy: readonly Measured[]
}

/** Undefined where wrk is not installed. */
export async function measureByWrk(world: World, options: RoundsOptions): Promise<Wrk | undefined> {
  if (!hasWrk()) return undefined
  const shape = { ...options, driver: 'wrk' } as const
  const { variants } = await measureSessionPath(world, shape)
  return { session: variants, proxy: await measureProxyPath(world, shape) }
}
