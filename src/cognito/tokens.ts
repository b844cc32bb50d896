/** What becomes of tokens after a sign-in: refreshing and revoking. */

import type { TokenPort } from '../auth/ports.ts'
import { AppError } from '../errors.ts'
import type { Context } from './context.ts'
import { signedIn } from './outcome.ts'

export function createTokens(context: Context): TokenPort {
  const { ask, clientId, clientSecret } = context
  // These two operations take the secret itself, not a hash of it.
  const client = { ClientId: clientId, ClientSecret: clientSecret }
  return {
    refresh: async refreshToken => {
      await context.idTokens.ready()
      const askedAt = context.clock()
      const { AuthenticationResult } = await ask('refresh', (sdk, deadline) =>
        sdk.getTokensFromRefreshToken({ ...client, RefreshToken: refreshToken }, deadline)
      )
      return await signedIn(context, AuthenticationResult ?? {}, askedAt, refreshToken)
    },
    revoke: async refreshToken => {
      await ask('revoke', (sdk, deadline) =>
        sdk.revokeToken({ ...client, Token: refreshToken }, deadline)
      ).catch(unlessDead)
    },
    signOutEverywhere: async accessToken => {
      await ask('account', (sdk, deadline) =>
        sdk.globalSignOut({ AccessToken: accessToken }, deadline)
      )
    }
  }
}

function unlessDead(error: unknown): void {
  if (error instanceof AppError && error.code === 'session_expired') return
  throw error
}
