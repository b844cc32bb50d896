/** One running local Cognito: its pool, and what the controls may do to it. */

import { CallLog } from './call-log.ts'
import { Clock } from './clock.ts'
import type { Message } from './codes/outbox.ts'
import { Faults } from './faults.ts'
import { makePool, type Pool } from './pool.ts'
import type { PoolSettings } from './settings.ts'
import { signingKeys } from './tokens/keys.ts'

export interface Local {
  readonly pool: Pool
  readonly clock: Clock
  readonly faults: Faults
  readonly calls: CallLog
  /** Back to the start: everything but the signing keys, which clients may have cached. */
  readonly reset: () => void
}

/** @param now milliseconds since the epoch */
export async function makeLocal(
  onMessage: (message: Message) => void,
  now?: () => number,
  settings: Partial<PoolSettings> = {}
): Promise<Local> {
  const keys = await signingKeys()
  const clock = new Clock(now)
  const fresh = () => ({
    pool: makePool({ clock, keys, onMessage, settings }),
    faults: new Faults(),
    calls: new CallLog()
  })
  const local = { clock, ...fresh(), reset }
  function reset(): void {
    clock.reset()
    Object.assign(local, fresh())
  }
  return local
}
