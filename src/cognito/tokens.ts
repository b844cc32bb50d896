/** What becomes of tokens after a sign-in: refreshing and revoking. */

import type { SignedIn, TokenPort, Unverified } from '../auth/identity-provider.ts'
import { AppError } from '../errors.ts'
import { idTokenOf, readTokens, signedIn } from './outcome.ts'
import type { Context } from './service.ts'
import { requireObject } from './shapes.ts'

export function createTokens(context: Context): TokenPort {
  const { ask, command, clientId, clientSecret, idTokens } = context
  // These two operations take the secret itself, not a hash of it.
  const client = { ClientId: clientId, ClientSecret: clientSecret }
  return {
    refresh: async refreshToken => {
      await idTokens.ready()
      const askedAt = context.clock()
      const { AuthenticationResult } = await ask('refresh', (sdk, deadline) =>
        sdk.getTokensFromRefreshToken({ ...client, RefreshToken: refreshToken }, deadline)
      )
      const result = requireObject(AuthenticationResult, 'tokens_incomplete')
      return verifiedAtOnce(context, readTokens(context, result, askedAt, refreshToken))
    },
    verifyTokens: async unverified =>
      signedIn(context, unverified, await idTokens.verify(idTokenOf(unverified))),
    revoke: async refreshToken => {
      await command('revoke', (sdk, deadline) =>
        sdk.revokeToken({ ...client, Token: refreshToken }, deadline)
      ).catch(unlessDead)
    },
    signOutEverywhere: async accessToken => {
      await command('account', (sdk, deadline) =>
        sdk.globalSignOut({ AccessToken: accessToken }, deadline)
      )
    }
  }
}

/** With the keys at hand: to fetch others takes time in which a new refresh token could get lost. */
function verifiedAtOnce(context: Context, unverified: Unverified): SignedIn | Unverified {
  try {
    return signedIn(context, unverified, context.idTokens.verifyAtOnce(idTokenOf(unverified)))
  } catch {
    return unverified
  }
}

function unlessDead(error: unknown): void {
  if (error instanceof AppError && error.code === 'session_expired') return
  throw error
}
