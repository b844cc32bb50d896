/** Every control by method and path. */

import { getCalls } from './calls.ts'
import { postClock } from './clock.ts'
import type { Control } from './control.ts'
import { echo } from './echo.ts'
import { postFault } from './faults.ts'
import { getMessages } from './messages.ts'
import { getPool, patchPool } from './pool.ts'
import { postReset } from './reset.ts'
import { postUser } from './users.ts'

const controls: ReadonlyMap<string, Control> = new Map([
  ['GET /_local/calls', getCalls],
  ['GET /_local/messages', getMessages],
  ['GET /_local/pool', getPool],
  ['PATCH /_local/pool', patchPool],
  ['POST /_local/clock', postClock],
  ['POST /_local/faults', postFault],
  ['POST /_local/reset', postReset],
  ['POST /_local/users', postUser]
])

export function findControl(method: string, path: string): Control | undefined {
  if (path === '/_local/api' || path.startsWith('/_local/api/')) return echo
  return controls.get(`${method} ${path}`)
}
