/** The AWS SDK as the tests of the local Cognito use it, and what to ask of a refusal. */

import {
  type ChallengeNameType,
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
  RespondToAuthChallengeCommand,
  type RespondToAuthChallengeCommandOutput
} from '@aws-sdk/client-cognito-identity-provider'
import type { Test } from 'tap'
import type { Cognito } from '../support/cognito.ts'

export const password = 'Correct-Horse-9'
export const demo = 'demo@example.com'

/** A client without credentials that never retries. */
export function sdkFor(t: Test, { url, region }: Cognito): CognitoIdentityProviderClient {
  const sdk = new CognitoIdentityProviderClient({ endpoint: url, region, maxAttempts: 1 })
  t.teardown(() => sdk.destroy())
  return sdk
}

export interface Refused {
  readonly name: string
  readonly message: string
}

/** What a call was refused with; fails the test by throwing where it succeeded. */
export async function refusalOf(call: Promise<unknown>): Promise<Refused> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error
  )
  if (!(outcome instanceof Error)) throw new Error('The call was expected to be refused.')
  return { name: outcome.name, message: outcome.message }
}

export function notAuthorized(message = 'Incorrect username or password.'): Refused {
  return { name: 'NotAuthorizedException', message }
}

/** Signs in with the password itself. */
export function signIn(
  sdk: CognitoIdentityProviderClient,
  { clientId }: Cognito,
  username = demo,
  secret = password
): Promise<InitiateAuthCommandOutput> {
  const AuthParameters = { USERNAME: username, PASSWORD: secret }
  return sdk.send(
    new InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId: clientId, AuthParameters })
  )
}

/** The three tokens of a sign-in. */
export async function tokensOf(signedIn: Promise<InitiateAuthCommandOutput>) {
  const {
    AccessToken = '',
    IdToken = '',
    RefreshToken = ''
  } = (await signedIn).AuthenticationResult ?? {}
  return { AccessToken, IdToken, RefreshToken }
}

export async function confirm(
  sdk: CognitoIdentityProviderClient,
  { clientId, code }: Cognito,
  Username: string
): Promise<void> {
  const ConfirmationCode = await code(Username)
  await sdk.send(new ConfirmSignUpCommand({ ClientId: clientId, Username, ConfirmationCode }))
}

/** Answers a challenge; `username` stands for USER_ID_FOR_SRP, which may be any sign-in name. */
export function respond(
  sdk: CognitoIdentityProviderClient,
  { clientId }: Cognito,
  ChallengeName: ChallengeNameType,
  Session: string | undefined,
  responses: Readonly<Record<string, string>>,
  username = demo
): Promise<RespondToAuthChallengeCommandOutput> {
  const ChallengeResponses = { USERNAME: username, ...responses }
  const input = { ClientId: clientId, ChallengeName, ChallengeResponses }
  return sdk.send(
    new RespondToAuthChallengeCommand(Session === undefined ? input : { ...input, Session })
  )
}

/** Stand-ins: the local Cognito wants a signature and checks none. */
export function adminSdkFor(t: Test, { url, region }: Cognito): CognitoIdentityProviderClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const sdk = new CognitoIdentityProviderClient({
    endpoint: url,
    region,
    maxAttempts: 1,
    credentials
  })
  t.teardown(() => sdk.destroy())
  return sdk
}
