/** What becomes of tokens after a sign-in: refreshing, revoking, asking with them. */

import type { IdentityProvider } from '../auth/ports.ts'
import { AppError } from '../errors.ts'
import { attributesFromList } from './attributes.ts'
import type { Context } from './context.ts'
import { signedIn } from './outcome.ts'

type Tokens = Pick<IdentityProvider, 'refresh' | 'revoke' | 'signOutEverywhere' | 'getUser'>

export function createTokens(context: Context): Tokens {
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
    },
    getUser: async accessToken => {
      const { UserAttributes } = await ask('account', (sdk, deadline) =>
        sdk.getUser({ AccessToken: accessToken }, deadline)
      )
      return attributesFromList(UserAttributes)
    }
  }
}

function unlessDead(error: unknown): void {
  if (error instanceof AppError && error.code === 'session_expired') return
  throw error
}
