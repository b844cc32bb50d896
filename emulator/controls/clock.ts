/** `POST /_local/clock`: moves the pool's clock forward. */

import type { Control } from './control.ts'
import { aNumber, need, readFields } from './read.ts'

const tenYears = 10 * 366 * 86_400
const readers = { advanceSeconds: aNumber(0, tenYears) }

export const postClock: Control = (local, { body }) => {
  const { advanceSeconds } = readFields(readers, body)
  local.clock.advance(need('advanceSeconds', advanceSeconds))
  return { status: 200, json: { now: new Date(local.clock.now()).toISOString() } }
}
