/** The service over a local Cognito, for tests of whole flows. */

import type { Test } from 'tap'
import type { SignedIn, TokenPort } from '../../src/auth/identity-provider.ts'
import type { CognitoOptions } from '../../src/cognito/context.ts'
import { createCognitoService } from '../../src/cognito/service.ts'
import { sameThreadSrp } from '../../src/cognito/srp/srp.ts'
import { type Cognito, startCognito } from '../support/cognito.ts'

export const flows = ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const
export const clientSecret = 'local-secret-of-a-confidential-client'
export const password = 'Correct-Horse-9'

/** A refresh as the domain makes it: what it returns is verified where it is not yet. */
export async function refreshed(
  identity: Pick<TokenPort, 'refresh' | 'verifyTokens'>,
  refreshToken: string
): Promise<SignedIn> {
  const answer = await identity.refresh(refreshToken)
  return answer.kind === 'signed_in' ? answer : identity.verifyTokens(answer)
}

/** A service for a pool; SRP and a public client unless told otherwise. */
export function service(t: Test, cognito: Cognito, options: Partial<CognitoOptions> = {}) {
  const created = createCognitoService({
    region: cognito.region,
    userPoolId: cognito.poolId,
    clientId: cognito.clientId,
    endpoint: cognito.url,
    authFlow: 'USER_SRP_AUTH',
    srp: sameThreadSrp,
    // A busy machine is no outage: only tests of the deadline set one that can pass.
    timeoutMs: 60_000,
    ...options
  })
  t.teardown(() => created.close())
  return created
}

/** A pool with one user, and that user signed in. */
export async function signedInUser(t: Test, options: Partial<CognitoOptions> = {}) {
  const cognito = await startCognito(t)
  const email = 'someone@example.com'
  const { sub } = await cognito.createUser({ email, password })
  const identity = service(t, cognito, options)
  const session = await identity.signIn({ email, password })
  if (session.kind !== 'signed_in') throw new Error(`a challenge: ${session.name}`)
  return { cognito, identity, email, sub, ...session }
}
