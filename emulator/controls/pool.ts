/** `GET` and `PATCH /_local/pool`: the settings of the pool and its client. */

import type { PoolSettings, VerifiableAttribute } from '../settings.ts'
import { type Control, ControlError } from './control.ts'
import { aFlag, aNumber, aText, oneOf, orNull, type Reader, readFields } from './read.ts'

const day = 86_400

const autoVerify: Reader<readonly VerifiableAttribute[] | boolean> = {
  wanted: 'true, false or a list of "email" and "phone_number"',
  accepts: (value): value is VerifiableAttribute[] | boolean =>
    typeof value === 'boolean' ||
    (Array.isArray(value) && value.every(item => ['email', 'phone_number'].includes(item)))
}

const readers = {
  accessTokenSeconds: aNumber(1, day),
  refreshTokenSeconds: aNumber(1, 3650 * day),
  refreshRotation: aFlag,
  retryGraceSeconds: aNumber(0, 60),
  preventUserExistenceErrors: oneOf([true, false, 'ENABLED', 'LEGACY']),
  mfa: oneOf(['off', 'optional', 'on']),
  clientSecret: orNull(aText),
  lockout: aFlag,
  authSessionSeconds: aNumber(1, 900),
  autoVerify,
  userPasswordAuth: aFlag,
  attemptCaps: aFlag
}

export const getPool: Control = local => ({ status: 200, json: show(local.pool.settings) })

/** All of the change or nothing. */
export const patchPool: Control = (local, { body }) => {
  const {
    preventUserExistenceErrors: prevent,
    autoVerify: verify,
    ...rest
  } = readFields(readers, body)
  const change = {
    ...rest,
    ...(prevent === undefined ? {} : { preventUserExistenceErrors: isOn(prevent) }),
    ...(verify === undefined ? {} : { autoVerify: toList(verify) })
  }
  if (Object.keys(change).length === 0) throw new ControlError('Say what is to change.')
  Object.assign(local.pool.settings, change satisfies Partial<PoolSettings>)
  return { status: 200, json: show(local.pool.settings) }
}

function isOn(value: boolean | 'ENABLED' | 'LEGACY'): boolean {
  return value === true || value === 'ENABLED'
}

function toList(value: readonly VerifiableAttribute[] | boolean): readonly VerifiableAttribute[] {
  if (typeof value !== 'boolean') return value
  return value ? ['email'] : []
}

/** The settings as they stand; of the client's secret only whether there is one. */
function show({ clientSecret, ...settings }: PoolSettings): object {
  return { ...settings, isConfidential: clientSecret !== null }
}
