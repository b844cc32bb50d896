/** Revoking a refresh token that nobody is going to use any more. */
import type { IdentityProvider } from './ports.ts'
import { about, type Report } from './report.ts'
import type { Authenticated } from './session.ts'

export interface RevokeOptions {
  readonly identity: Pick<IdentityProvider, 'revoke'>
  readonly report: Report
}

/** One retry: most failures are a lost connection, and the user waits for the answer. Never throws. */
export async function revokeTwice(
  { identity, report }: RevokeOptions,
  session: Authenticated,
  refreshToken: string
): Promise<void> {
  try {
    await identity.revoke(refreshToken).catch(() => identity.revoke(refreshToken))
  } catch (error) {
    report('revoke.failed', { ...about(session), error })
  }
}
