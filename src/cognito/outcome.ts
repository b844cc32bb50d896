/** Reads what an authentication call ended in: tokens, or the next challenge. */

import type {
  AuthenticationResultType,
  RespondToAuthChallengeResponse
} from '@aws-sdk/client-cognito-identity-provider'
import type { ChallengeIssued, SignedIn } from '../auth/ports.ts'
import { AppError } from '../errors.ts'
import { userFromClaims } from './attributes.ts'
import { readParameters } from './challenge-parameters.ts'
import type { Context } from './context.ts'
import type { Claims } from './id-token.ts'

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
    return await signedIn(context, answer.AuthenticationResult, askedAt)
  }
  if (!answer.ChallengeName || !answer.Session) throw unusable('neither_tokens_nor_challenge')
  const parameters = answer.ChallengeParameters ?? {}
  return {
    kind: 'challenge',
    name: answer.ChallengeName,
    session: answer.Session,
    username: parameters.USER_ID_FOR_SRP ?? parameters.USERNAME ?? username,
    ...readParameters(parameters)
  }
}

/**
 * Tokens as the domain keeps them; the ID token is verified and dropped.
 *
 * @param askedAt the instant just before the call, in ms: counting from it, by our own clock, the
 *   access token never outlives its welcome whatever Cognito's clock says.
 * @param refreshToken the one in use, kept where Cognito gives no new one (rotation is off).
 * @throws AppError `upstream_error` where a token is missing or the ID token is not good.
 */
export async function signedIn(
  context: Context,
  result: AuthenticationResultType,
  askedAt: number,
  refreshToken?: string
): Promise<SignedIn> {
  const { AccessToken, IdToken, ExpiresIn, RefreshToken = refreshToken } = result
  if (!AccessToken || !IdToken || !ExpiresIn || !RefreshToken) throw unusable('tokens_incomplete')
  const claims = await context.idTokens.verify(IdToken)
  const user = userFromClaims(claims)
  const tokens = {
    accessToken: AccessToken,
    refreshToken: RefreshToken,
    accessExpiresAt: issuedAt(claims, askedAt) + ExpiresIn * 1000
  }
  return { kind: 'signed_in', tokens, user }
}

/**
 * Cognito counts a token's life from the beginning of the second it is issued in. Where the clocks agree,
 * so do we; where they do not, its claim says nothing about our clock (see DECISIONS.md 6).
 */
function issuedAt({ iat }: Claims, askedAt: number): number {
  const claimed = typeof iat === 'number' ? iat * 1000 : askedAt
  return askedAt - claimed >= 0 && askedAt - claimed <= 1000 ? claimed : askedAt
}

function unusable(reason: string): AppError {
  return new AppError('upstream_error', { reason })
}
