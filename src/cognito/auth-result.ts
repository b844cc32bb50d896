/** Reads the result of an authentication call: tokens, or the next challenge. */

import type {
  AuthenticationResultType,
  RespondToAuthChallengeResponse
} from '@aws-sdk/client-cognito-identity-provider'
import type { CognitoChallenge, SignedIn, UnverifiedTokens } from '../auth/identity-provider.ts'
import type { Context } from './context.ts'
import type { Claims } from './id-token.ts'
import {
  warnOfDeviceTracking,
  warnOfGroupsClaim,
  warnOfUnsupportedChallenge
} from './pool-warnings.ts'
import {
  isNonEmptyString,
  readChallengeParameters,
  requireString,
  unusableResponse,
  userFromClaims
} from './response-fields.ts'

/**
 * The result of InitiateAuth or RespondToAuthChallenge.
 *
 * @param requestedAt the instant just before the call, in ms.
 * @param username the username for the next challenge response, unless the response names another.
 * @throws AppError `upstream_error` for a response with neither tokens nor a challenge.
 */
export async function readAuthResult(
  context: Context,
  response: RespondToAuthChallengeResponse,
  requestedAt: number,
  username: string
): Promise<SignedIn | CognitoChallenge> {
  if (response.AuthenticationResult) {
    const unverified = readTokens(context, response.AuthenticationResult, requestedAt)
    return toSignedIn(context, unverified, await context.idTokens.verify(idTokenOf(unverified)))
  }
  const { ChallengeName: name, Session: session } = response
  if (!isNonEmptyString(name) || !isNonEmptyString(session))
    throw unusableResponse('neither_tokens_nor_challenge')
  warnOfUnsupportedChallenge(context, name)
  const parameters = response.ChallengeParameters ?? {}
  const named = [parameters.USER_ID_FOR_SRP, parameters.USERNAME].find(isNonEmptyString)
  return {
    kind: 'challenge',
    name,
    session,
    username: named ?? username,
    ...readChallengeParameters(parameters)
  }
}

/** The longest validity of an access token that Cognito allows, in seconds: one day. */
const maxLifetime = 86_400

/**
 * The tokens of a response, with types checked but not verified.
 *
 * @param requestedAt the instant just before the call, in ms.
 * @param refreshToken the one in use, which stays valid where the response has no new one (rotation is off).
 * @throws AppError `upstream_error` without a refresh token.
 */
export function readTokens(
  context: Context,
  result: AuthenticationResultType,
  requestedAt: number,
  refreshToken?: string
): UnverifiedTokens {
  warnOfDeviceTracking(context, result)
  const { AccessToken, IdToken, ExpiresIn, RefreshToken } = result
  const isLifetime =
    Number.isInteger(ExpiresIn) && Number(ExpiresIn) > 0 && Number(ExpiresIn) <= maxLifetime
  return {
    kind: 'unverified',
    refreshToken: requireString(RefreshToken ?? refreshToken, 'tokens_incomplete'),
    accessToken: isNonEmptyString(AccessToken) ? AccessToken : undefined,
    idToken: isNonEmptyString(IdToken) ? IdToken : undefined,
    expiresIn: isLifetime ? ExpiresIn : undefined,
    requestedAt
  }
}

/** @throws AppError `upstream_error` without an ID token. */
export function idTokenOf({ idToken }: UnverifiedTokens): string {
  return requireString(idToken, 'tokens_incomplete')
}

/**
 * The tokens as the domain stores them; the ID token only where an API route sends it. The expiry of the access token is by the clock of
 * this machine, counted from the request, so that clock skew with Cognito does not matter.
 *
 * @param claims of the verified ID token.
 * @throws AppError `upstream_error` where a token or a claim is missing.
 */
export function toSignedIn(
  context: Context,
  unverified: UnverifiedTokens,
  claims: Claims
): SignedIn {
  warnOfGroupsClaim(context, claims['cognito:groups'])
  const { accessToken, refreshToken, idToken, expiresIn, requestedAt } = unverified
  if (!accessToken || !expiresIn) throw unusableResponse('tokens_incomplete')
  const accessExpiresAt = issuedAtByOurClock(claims, requestedAt) + expiresIn * 1000
  const kept = context.keepIdTokens && idToken ? { idToken } : {}
  const tokens = { accessToken, refreshToken, accessExpiresAt, ...kept }
  return { kind: 'signed_in', tokens, user: userFromClaims(claims) }
}

/**
 * When a token was issued, in ms by the clock of this machine. Cognito counts from the beginning of the second,
 * and `iat` is used where both clocks agree to a second. Otherwise it says nothing about this machine's clock, and
 * the instant of the request counts (see DECISIONS.md 6).
 */
function issuedAtByOurClock({ iat }: Claims, requestedAt: number): number {
  const claimed = typeof iat === 'number' ? iat * 1000 : requestedAt
  return requestedAt - claimed >= 0 && requestedAt - claimed <= 1000 ? claimed : requestedAt
}
