/** `POST /_local/faults`: the next calls of an operation misbehave. */

import { operations } from '../operations/table.ts'
import { type Control, ControlError } from './control.ts'
import { aFlag, aNumber, aText, need, readFields } from './read.ts'

const readers = {
  operation: aText,
  times: aNumber(1, 1_000_000),
  error: aText,
  status: aNumber(400, 599),
  delayMs: aNumber(0, 600_000),
  dropAfterCommit: aFlag
}

export const postFault: Control = (local, { body }) => {
  const { operation, times = 1, ...rest } = readFields(readers, body)
  const name = need('operation', operation)
  if (name !== '*' && !operations.has(name)) {
    throw new ControlError(`There is no operation "${name}".`)
  }
  if (Object.keys(rest).length === 0) {
    throw new ControlError('Say what goes wrong: error, status, delayMs or dropAfterCommit.')
  }
  local.faults.add({ operation: name, ...rest }, times)
  return { status: 204 }
}
