/** Which quotas a call takes from: whose account, which email address or phone number is aimed at, and who asks. */
import type { Quota } from './quotas.ts'

/** So many in so many seconds. */
export interface Limit {
  readonly max: number
  readonly seconds: number
}

/** An email address stands for the account it opens: a mail to it and a login with it are about the same person. */
export const accountOf = (email: string) => `account ${email.toLowerCase()}`
export const phoneOf = (phoneNumber: string) => `phone ${phoneNumber}`
export const userOf = (sub: string) => `user ${sub}`

/** `max` over all networks, half of it for one of them: what one network takes leaves as much for the others. */
export function sharedQuota(
  name: string,
  { max, seconds }: Limit,
  counts: Quota['counts'] = 'calls'
): Quota {
  const share = Math.ceil(max / 2)
  const total = Math.max(max, share + 1)
  return { name, counts, share, own: max, total, window: seconds * 1000 }
}

/** Codes sent for a signed-in user, wherever they are. */
export function userQuota(name: string, { max, seconds }: Limit): Quota {
  return { name, counts: 'codes', share: max, own: max, total: max, window: seconds * 1000 }
}

/**
 * Wrong passwords. One network never reaches Cognito's lock, which holds for everybody; many together reach its
 * first half minute. Known networks are left to Cognito alone. The window slides: while it lasts, Cognito's own
 * count would go on, too.
 */
export function failureQuota(name: string, { max, seconds }: Limit): Quota {
  return {
    name,
    counts: 'failures',
    share: max,
    own: Number.MAX_SAFE_INTEGER,
    total: Math.ceil(max * 2.5),
    window: seconds * 1000,
    slides: true
  }
}
