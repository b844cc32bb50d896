/** Lambda triggers that go wrong: what a pool's own functions do to its callers, as a setting. */

import { randomUUID } from 'node:crypto'
import { CognitoError } from './errors.ts'
import { clientId } from './pool-id.ts'

/** The triggers that are run, by the names Cognito puts before a failure. */
export const triggerNames = [
  'PreSignUp',
  'PostConfirmation',
  'PreAuthentication',
  'PostAuthentication',
  'PreTokenGeneration',
  'CustomMessage',
  'UserMigration'
] as const

export type TriggerName = (typeof triggerNames)[number]

/**
 * How a function ends. `refuse`: it throws an error with a text of its own. `crash`: its runtime ends.
 * `unreachable`: Cognito may not call it. `garbage`: its answer cannot be read.
 */
export type Failing = 'refuse' | 'crash' | 'unreachable' | 'garbage'

export interface Trigger {
  readonly fails: Failing
  /** What a refusing function throws, or why an unreachable one cannot be called. */
  readonly text?: string
  /** Only for these emails, in lower case; for everyone by default. */
  readonly emails?: readonly string[]
  /** Only for users who exist, or only for those who do not. */
  readonly users?: 'known' | 'unknown'
  /** Only in these operations. */
  readonly operations?: readonly string[]
}

export type Triggers = Readonly<Partial<Record<TriggerName, Trigger>>>

/** Whom a trigger is run for. */
export interface TriggerSubject {
  readonly email: string
  readonly isKnown: boolean
  readonly operation: string
}

/** The part of the pool that triggers are about. */
interface TriggeredPool {
  readonly settings: { readonly triggers: Triggers }
  readonly calling: { readonly operation: string }
}

interface Person {
  readonly attributes: ReadonlyMap<string, string>
}

/** Runs a trigger for a user of the pool, or for an email without a user, as `runTrigger` does. */
export function trigger(pool: TriggeredPool, name: TriggerName, who: Person | string): void {
  const isKnown = typeof who !== 'string'
  const email = isKnown ? (who.attributes.get('email') ?? '') : who
  const { operation } = pool.calling
  runTrigger(pool.settings.triggers, name, { email, isKnown, operation })
}

/**
 * Runs a trigger of the pool, which does nothing unless it is set to fail.
 * @throws CognitoError UserLambdaValidationException, UnexpectedLambdaException,
 *   InvalidLambdaResponseException, with the words of the live service
 */
export function runTrigger(triggers: Triggers, name: TriggerName, subject: TriggerSubject): void {
  const trigger = triggers[name]
  if (trigger && isMeant(trigger, subject)) throw failureOf(name, trigger)
}

function isMeant(trigger: Trigger, { email, isKnown, operation }: TriggerSubject): boolean {
  const { emails, users, operations } = trigger
  if (emails && !emails.includes(email.toLowerCase())) return false
  if (users && (users === 'known') !== isKnown) return false
  return operations === undefined || operations.includes(operation)
}

function failureOf(name: TriggerName, { fails, text }: Trigger): CognitoError {
  if (name === 'UserMigration') {
    const message = `Exception migrating user in app client ${clientId}`
    return new CognitoError('UserNotFoundException', message)
  }
  if (fails === 'garbage') {
    return new CognitoError('InvalidLambdaResponseException', 'Unrecognizable lambda output')
  }
  if (fails === 'unreachable') {
    const cause = text ?? 'AccessDeniedException'
    const message = `${name} invocation failed due to error ${cause}.`
    return new CognitoError('UnexpectedLambdaException', message)
  }
  const crashed = `RequestId: ${randomUUID()} Error: Runtime exited with error: signal: killed`
  const thrown = text ?? (fails === 'crash' ? crashed : 'refused by the local Cognito')
  // The full stop is Cognito's, whatever the text ends with.
  const message = `${name} failed with error ${thrown}.`
  return new CognitoError('UserLambdaValidationException', message)
}
