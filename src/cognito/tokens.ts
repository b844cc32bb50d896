/** Refreshes, verifies and revokes tokens. */

import type { SignedIn, TokenPort, UnverifiedTokens } from '../auth/identity-provider.ts'
import { AppError } from '../errors.ts'
import { idTokenOf, readTokens, toSignedIn } from './auth-result.ts'
import type { Context } from './context.ts'
import { requireObject } from './response-fields.ts'

export function createTokenOperations(context: Context): TokenPort {
  const { call, callWithRequestId, clientId, clientSecret, idTokens } = context
  // GetTokensFromRefreshToken and RevokeToken take the client secret itself instead of SECRET_HASH.
  const client = { ClientId: clientId, ClientSecret: clientSecret }
  return {
    refresh: async refreshToken => {
      await idTokens.ensureKeys()
      const requestedAt = context.clock()
      const { AuthenticationResult } = await call('refresh', (sdk, deadline) =>
        sdk.getTokensFromRefreshToken({ ...client, RefreshToken: refreshToken }, deadline)
      )
      const result = requireObject(AuthenticationResult, 'tokens_incomplete')
      return verifyIfPossible(context, readTokens(context, result, requestedAt, refreshToken))
    },
    verifyTokens: async unverified =>
      toSignedIn(context, unverified, await idTokens.verify(idTokenOf(unverified))),
    revoke: async refreshToken => {
      await callWithRequestId('revoke', (sdk, deadline) =>
        sdk.revokeToken({ ...client, Token: refreshToken }, deadline)
      ).catch(ignoreDeadToken)
    },
    signOutEverywhere: async accessToken => {
      await callWithRequestId('account', (sdk, deadline) =>
        sdk.globalSignOut({ AccessToken: accessToken }, deadline)
      )
    }
  }
}

/**
 * Verifies with the cached keys only. Fetching keys takes time, in which the process could end and lose the new
 * refresh token: the caller stores that first.
 */
function verifyIfPossible(
  context: Context,
  unverified: UnverifiedTokens
): SignedIn | UnverifiedTokens {
  try {
    const claims = context.idTokens.verifyWithCachedKeys(idTokenOf(unverified))
    return toSignedIn(context, unverified, claims)
  } catch {
    return unverified
  }
}

/** RevokeToken fails for a token that is invalid already: then nothing is left to revoke. */
function ignoreDeadToken(error: unknown): void {
  if (error instanceof AppError && error.code === 'session_expired') return
  throw error
}
