/** What a quota is, the quotas of the service, and the subjects they count for: an account, a phone number, a user. */

export interface Quota {
  readonly name: string
  /** What stays counted: every call, calls that made Cognito send a code, or calls with a wrong password. */
  readonly counts: 'calls' | 'codes' | 'failures'
  /** From one network that is not known for the subject. */
  readonly perNetwork: number
  /** From one network that is known for the subject. */
  readonly perKnownNetwork: number
  /** From all networks together; does not limit networks that are known for the subject. */
  readonly total: number
  /** Length of the window (ms). */
  readonly window: number
  /** The window ends `window` ms after the last reservation, not after the first. */
  readonly isSliding?: boolean
}

export interface QuotaRequest {
  readonly subject: string
  /** As `clientNetwork` returns it. */
  readonly network: string
  readonly quotas: readonly Quota[]
}

export interface QuotaDecision {
  /** The first quota that is used up; then nothing has been reserved. Undefined where none is. */
  readonly refusedBy: Quota | undefined
  /** What is left of each quota for this network, in the order of the request. */
  readonly remaining: readonly number[]
  /** Until the window of each quota ends (ms). For the quota that refuses: until it allows another call. */
  readonly resets: readonly number[]
}

/** `refund` takes one reservation back; `reset` sets the counters of the quota to zero. */
export type Settlement = 'keep' | 'refund' | 'reset'

/** Counts quotas, in Redis or in this process. */
export interface QuotaCounters {
  reserve(request: QuotaRequest): Promise<QuotaDecision>
  settle(request: QuotaRequest, settlements: readonly Settlement[]): Promise<void>
  addKnownNetwork(subject: string, network: string): Promise<void>
}

/** How long a network stays known for a subject (ms), and how many networks can be known for one. */
export const knownNetworkTtl = 30 * 86_400_000
export const maxKnownNetworks = 8

/** At most `max` in `seconds`. */
export interface Limit {
  readonly max: number
  readonly seconds: number
}

/** The account an email opens: a mail to the email and a login with it count for the same subject. */
export const accountSubject = (email: string) => `account ${email.toLowerCase()}`
export const phoneSubject = (phoneNumber: string) => `phone ${phoneNumber}`
export const userSubject = (sub: string) => `user ${sub}`

/** `max` over all networks, and half of it for each: a network that uses up its half leaves as much for the others. */
export function sharedQuota(
  name: string,
  { max, seconds }: Limit,
  counts: Quota['counts'] = 'calls'
): Quota {
  const perNetwork = Math.ceil(max / 2)
  const total = Math.max(max, perNetwork + 1)
  return { name, counts, perNetwork, perKnownNetwork: max, total, window: seconds * 1000 }
}

/** Codes sent for a signed-in user, whatever network the requests come from. */
export function userQuota(name: string, { max, seconds }: Limit): Quota {
  return {
    name,
    counts: 'codes',
    perNetwork: max,
    perKnownNetwork: max,
    total: max,
    window: seconds * 1000
  }
}

/**
 * Wrong passwords. The limit of one network is below the number at which Cognito locks the account for all
 * networks; several networks together can cause only Cognito's first lock, of half a minute. Known networks have no
 * limit but Cognito's. The window slides, because Cognito goes on counting while failures continue.
 */
export function failureQuota(name: string, { max, seconds }: Limit): Quota {
  return {
    name,
    counts: 'failures',
    perNetwork: max,
    perKnownNetwork: Number.MAX_SAFE_INTEGER,
    total: Math.ceil(max * 2.5),
    window: seconds * 1000,
    isSliding: true
  }
}
