/** What a quota is, and what counts it. */

export interface Quota {
  readonly name: string
  /** What counts in the end. Codes: calls that made Cognito send one. Failures: wrong passwords. */
  readonly counts: 'calls' | 'codes' | 'failures'
  /** From one network. */
  readonly share: number
  /** From one that is known for the subject. */
  readonly own: number
  /** From all networks together; those known for the subject are spared. */
  readonly total: number
  /** Length of the window, in ms. */
  readonly window: number
  /** The window ends so long after the last one taken, not after the first. */
  readonly slides?: boolean
}

export interface Claim {
  readonly subject: string
  readonly network: string
  readonly quotas: readonly Quota[]
}

export interface Decision {
  /** The first quota that is used up, where one is; then nothing has been taken. */
  readonly refusedBy: Quota | undefined
  /** What is left of each quota for this network, in the order of the claim. */
  readonly remaining: readonly number[]
  /** Until the window of each ends, in ms. Of the one that refused: until it allows another. */
  readonly resets: readonly number[]
}

/** `return` takes back one; `forget` all that was counted of the subject. */
export type Settlement = 'keep' | 'return' | 'forget'

/** Where it is counted: in Redis, or in this process. */
export interface QuotaCounters {
  take(claim: Claim): Promise<Decision>
  settle(claim: Claim, settlements: readonly Settlement[]): Promise<void>
  remember(subject: string, network: string): Promise<void>
}

/** As long as a network is known for a subject, in ms, and how many are at the most. */
export const knownFor = 30 * 86_400_000
export const mostKnown = 8
