/** The fields of `PATCH /_local/pool`, and what each may be. */

import { refusals } from '../errors.ts'
import { operations } from '../operations/table.ts'
import { type FirstFactor, firstFactors, type VerifiableAttribute } from '../settings.ts'
import { type Triggers, triggerNames } from '../triggers.ts'
import {
  aFlag,
  aMap,
  aNumber,
  aText,
  isObject,
  oneOf,
  orNull,
  type Reader,
  someTexts
} from './read.ts'

const day = 86_400

function isVerifiableList(value: unknown): value is VerifiableAttribute[] {
  return Array.isArray(value) && value.every(item => ['email', 'phone_number'].includes(item))
}

const verifiables: Reader<VerifiableAttribute[]> = {
  wanted: 'a list of "email" and "phone_number"',
  accepts: isVerifiableList
}

/** true: the address alone. */
const autoVerify: Reader<VerifiableAttribute[] | boolean> = {
  wanted: `true, false or ${verifiables.wanted}`,
  accepts: (value): value is VerifiableAttribute[] | boolean =>
    typeof value === 'boolean' || isVerifiableList(value)
}

const allowedFirstFactors: Reader<FirstFactor[]> = {
  wanted: `a list of ${firstFactors.map(name => `"${name}"`).join(', ')}`,
  accepts: (value): value is FirstFactor[] =>
    Array.isArray(value) && value.every(item => firstFactors.includes(item))
}

const media: Reader<('EMAIL' | 'SMS')[]> = {
  wanted: 'a list of "EMAIL", "SMS"',
  accepts: (value): value is ('EMAIL' | 'SMS')[] =>
    Array.isArray(value) && value.every(item => item === 'EMAIL' || item === 'SMS')
}

const messages: Reader<Record<string, string>> = {
  wanted: 'an object of texts under names of the catalogue in errors.ts',
  accepts: (value): value is Record<string, string> =>
    aMap.accepts(value) && Object.keys(value).every(name => refusals.includes(name))
}

const failings: readonly unknown[] = ['refuse', 'crash', 'unreachable', 'garbage']

const triggers: Reader<Triggers> = {
  wanted: `an object under names of ${triggerNames.join(', ')}, each { fails: "refuse" | "crash" | "unreachable" | "garbage", text?, emails?, users?: "known" | "unknown", operations? }`,
  accepts: (value): value is Triggers =>
    isObject(value) &&
    Object.entries(value).every(
      ([name, trigger]) => triggerNames.some(known => known === name) && isTrigger(trigger)
    )
}

function isTrigger(value: unknown): boolean {
  if (!isObject(value)) return false
  const { fails, text, emails, users, operations: only, ...others } = value
  if (Object.keys(others).length > 0 || !failings.includes(fails)) return false
  if (text !== undefined && typeof text !== 'string') return false
  if (users !== undefined && users !== 'known' && users !== 'unknown') return false
  if (emails !== undefined && !someTexts.accepts(emails)) return false
  return only === undefined || (someTexts.accepts(only) && only.every(name => operations.has(name)))
}

/** Settings a real pool or client has too. */
const settings = {
  accessTokenSeconds: aNumber(1, day),
  refreshTokenSeconds: aNumber(1, 3650 * day),
  refreshRotation: aFlag,
  retryGraceSeconds: aNumber(0, 60),
  preventUserExistenceErrors: oneOf([true, false, 'ENABLED', 'LEGACY']),
  mfa: oneOf(['off', 'optional', 'on', 'OFF', 'OPTIONAL', 'ON']),
  clientSecret: orNull(aText),
  lockout: aFlag,
  authSessionSeconds: aNumber(1, 900),
  autoVerify,
  autoConfirm: aFlag,
  recovery: verifiables,
  failingDeliveries: media,
  userPasswordAuth: aFlag,
  userAuth: aFlag,
  allowedFirstFactors,
  relyingPartyId: orNull(aText),
  passkeyUserVerification: oneOf(['preferred', 'required']),
  passkeyIsMultiFactor: aFlag,
  attemptCaps: aFlag,
  recoveryAttemptsPerHour: aNumber(1, 1000),
  adminCreateUserOnly: aFlag,
  requiredAttributes: someTexts,
  verifyBeforeUpdate: verifiables,
  passwordHistorySize: aNumber(0, 24),
  temporaryPasswordDays: aNumber(1, 365),
  triggers
}

/** What is not established about the live service: see unknowns.ts. */
const unknowns = {
  reuseRevokesFamily: aFlag,
  revokingRetiredEndsFamily: aFlag,
  rotatingRefreshError: oneOf([
    'InvalidParameterException',
    'NotAuthorizedException',
    'UnsupportedOperationException'
  ]),
  srpReportsAt: oneOf(['initiate', 'respond']),
  simulatedUsersLock: aFlag,
  secretBlockSingleUse: aFlag,
  timestampSkewSeconds: aNumber(0, day),
  simulatedRecovery: oneOf(['delivery', 'alternate']),
  wrongPasswordSpendsSession: aFlag,
  simulatedChoice: oneOf(['choices', 'refusal']),
  signUpChecksFirst: oneOf(['password', 'existence']),
  preSignUpRuns: oneOf(['first', 'last']),
  preAuthenticationRuns: oneOf(['initiate', 'before_proof', 'after_proof']),
  resetTriggerRuns: oneOf(['after', 'before']),
  changePasswordChecksFirst: oneOf(['password', 'policy']),
  totpWindowSteps: aNumber(0, 10),
  modelStatuses: aFlag,
  messages
}

export const poolFields = { ...settings, ...unknowns }
