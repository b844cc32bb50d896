/** A stub that gives good tokens, for tests of what is sent and what is made of the answers. */

import type { Test } from 'tap'
import type { CognitoOptions } from '../../src/cognito/context.ts'
import { claims, now, ours, token } from './signer.ts'
import { type Call, sendJson, serviceFor, startStub } from './stub.ts'

export const userId = claims.sub
export const user = { sub: userId, email: claims.email, emailVerified: false, groups: [] }

/** AuthenticationResult, and what the domain keeps of it. */
export const issued = {
  AccessToken: 'access',
  IdToken: token(),
  RefreshToken: 'refresh',
  ExpiresIn: 300
}
export const tokens = {
  accessToken: 'access',
  refreshToken: 'refresh',
  accessExpiresAt: now + 300_000
}

/** A service whose Cognito answers by `answer`, and what it was asked. */
export async function start(
  t: Test,
  answer: (call: Call) => unknown,
  options: Partial<CognitoOptions> = {}
) {
  const stub = await startStub(t, (response, call) => sendJson(response, answer(call)))
  const keys = { jwks: { keys: [ours.jwk] }, clock: () => now }
  return { calls: stub.calls, service: serviceFor(t, stub.endpoint, { ...keys, ...options }) }
}
