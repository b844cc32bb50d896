/** Reads what an authentication call ended in: tokens, or the next challenge. */

import type {
  AuthenticationResultType,
  RespondToAuthChallengeResponse
} from '@aws-sdk/client-cognito-identity-provider'
import type { ChallengeIssued, SignedIn, Unverified } from '../auth/identity-provider.ts'
import type { Claims } from './id-token.ts'
import { noticeChallenge, noticeDevice, noticeGroups } from './notices.ts'
import type { Context } from './service.ts'
import { isText, readParameters, requireText, unusable, userFromClaims } from './shapes.ts'

/**
 * The outcome of InitiateAuth or RespondToAuthChallenge.
 *
 * @param askedAt the instant just before the call, in ms.
 * @param username what the next step answers with where Cognito does not say.
 * @throws AppError `upstream_error` for an answer that is neither tokens nor a challenge.
 */
export async function outcome(
  context: Context,
  answer: RespondToAuthChallengeResponse,
  askedAt: number,
  username: string
): Promise<SignedIn | ChallengeIssued> {
  if (answer.AuthenticationResult) {
    const unverified = readTokens(context, answer.AuthenticationResult, askedAt)
    return signedIn(context, unverified, await context.idTokens.verify(idTokenOf(unverified)))
  }
  const { ChallengeName: name, Session: session } = answer
  if (!isText(name) || !isText(session)) throw unusable('neither_tokens_nor_challenge')
  noticeChallenge(context, name)
  const parameters = answer.ChallengeParameters ?? {}
  const answerWith = [parameters.USER_ID_FOR_SRP, parameters.USERNAME].find(isText)
  return {
    kind: 'challenge',
    name,
    session,
    username: answerWith ?? username,
    ...readParameters(parameters)
  }
}

/** A day is Cognito's longest life of an access token, in seconds. */
const longestLife = 86_400

/**
 * The tokens of an answer, of the right types but not verified.
 *
 * @param askedAt the instant just before the call, in ms.
 * @param refreshToken the one in use, kept where Cognito gives no new one (rotation is off).
 * @throws AppError `upstream_error` where there is no refresh token.
 */
export function readTokens(
  context: Context,
  result: AuthenticationResultType,
  askedAt: number,
  refreshToken?: string
): Unverified {
  noticeDevice(context, result)
  const { AccessToken, IdToken, ExpiresIn, RefreshToken } = result
  const isLife =
    Number.isInteger(ExpiresIn) && Number(ExpiresIn) > 0 && Number(ExpiresIn) <= longestLife
  return {
    kind: 'unverified',
    refreshToken: requireText(RefreshToken ?? refreshToken, 'tokens_incomplete'),
    accessToken: isText(AccessToken) ? AccessToken : undefined,
    idToken: isText(IdToken) ? IdToken : undefined,
    expiresIn: isLife ? ExpiresIn : undefined,
    askedAt
  }
}

/** @throws AppError `upstream_error` where there is none */
export function idTokenOf({ idToken }: Unverified): string {
  return requireText(idToken, 'tokens_incomplete')
}

/**
 * Tokens as the domain keeps them; the ID token is dropped. Counting from `askedAt`, by our own clock, the
 * access token never outlives its welcome whatever Cognito's clock says.
 *
 * @param claims of its ID token, verified.
 * @throws AppError `upstream_error` where a token or a claim is missing.
 */
export function signedIn(context: Context, unverified: Unverified, claims: Claims): SignedIn {
  noticeGroups(context, claims['cognito:groups'])
  const { accessToken, refreshToken, expiresIn, askedAt } = unverified
  if (!accessToken || !expiresIn) throw unusable('tokens_incomplete')
  const accessExpiresAt = issuedAt(claims, askedAt) + expiresIn * 1000
  const tokens = { accessToken, refreshToken, accessExpiresAt }
  return { kind: 'signed_in', tokens, user: userFromClaims(claims) }
}

/**
 * Cognito counts a token's life from the beginning of the second it is issued in. Where the clocks agree,
 * so do we; where they do not, its claim says nothing about our clock (see DECISIONS.md 6).
 */
function issuedAt({ iat }: Claims, askedAt: number): number {
  const claimed = typeof iat === 'number' ? iat * 1000 : askedAt
  return askedAt - claimed >= 0 && askedAt - claimed <= 1000 ? claimed : askedAt
}
