/** Revoking a refresh token that nobody is going to use any more. */

import type { EventFields, Report } from './events.ts'
import type { IdentityProvider } from './identity-provider.ts'

export interface RevokeOptions {
  readonly identity: Pick<IdentityProvider, 'revoke'>
  readonly report: Report
}

/**
 * One retry: most failures are a lost connection, and the user waits for the answer. Never throws; `fields`
 * name the session and its user in the report.
 */
export async function revokeTwice(
  { identity, report }: RevokeOptions,
  fields: EventFields,
  refreshToken: string
): Promise<void> {
  try {
    await identity.revoke(refreshToken).catch(() => identity.revoke(refreshToken))
  } catch (error) {
    report('revoke.failed', { ...fields, error })
  }
}
