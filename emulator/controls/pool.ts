/** `GET` and `PATCH /_local/pool`: the settings of the pool and its client. */

import type { PoolSettings } from '../settings.ts'
import { type Control, ControlError } from './control.ts'
import { poolFields } from './pool-fields.ts'
import { readFields } from './read.ts'

export const getPool: Control = local => ({ status: 200, json: show(local.pool.settings) })

/** All of the change or nothing. */
export const patchPool: Control = (local, { body }) => {
  const change = toSettings(readFields(poolFields, body))
  if (Object.keys(change).length === 0) throw new ControlError('Say what is to change.')
  Object.assign(local.pool.settings, change)
  return { status: 200, json: show(local.pool.settings) }
}

/** Some fields may be written in more than one way. */
function toSettings(given: ReturnType<typeof readFields<typeof poolFields>>) {
  const { preventUserExistenceErrors: prevent, autoVerify, mfa, ...rest } = given
  const change: Partial<PoolSettings> = { ...rest }
  if (prevent !== undefined) {
    change.preventUserExistenceErrors = prevent === true || prevent === 'ENABLED'
  }
  if (autoVerify !== undefined) change.autoVerify = listOf(autoVerify)
  if (mfa !== undefined) change.mfa = modes[mfa]
  return change
}

const modes = {
  off: 'off',
  optional: 'optional',
  on: 'on',
  OFF: 'off',
  OPTIONAL: 'optional',
  ON: 'on'
} as const

function listOf(autoVerify: PoolSettings['autoVerify'] | boolean): PoolSettings['autoVerify'] {
  if (typeof autoVerify !== 'boolean') return autoVerify
  return autoVerify ? ['email'] : []
}

/** The settings as they stand; of the client's secret only whether there is one. */
function show({ clientSecret, ...settings }: PoolSettings): object {
  return { ...settings, isConfidential: clientSecret !== null }
}
