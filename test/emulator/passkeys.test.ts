/** Passkeys at the local Cognito: registration, sign-in, list and removal, asked by the AWS SDK. */

import {
  CompleteWebAuthnRegistrationCommand,
  DeleteWebAuthnCredentialCommand,
  InitiateAuthCommand,
  ListWebAuthnCredentialsCommand,
  RespondToAuthChallengeCommand,
  StartWebAuthnRegistrationCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { type Ceremony, type MadePasskey, makePasskey } from '../support/authenticator.ts'
import { startCognito } from '../support/cognito.ts'
import { demo, refusalOf, sdkFor, signIn, tokensOf } from './sdk.ts'

const usual: Ceremony = {
  origin: 'http://localhost:3000',
  relyingPartyId: 'localhost',
  isUserVerified: true
}

async function setUp(t: Test, pool: Record<string, unknown> = {}) {
  const cognito = await startCognito(t)
  if (Object.keys(pool).length > 0) await cognito.patchPool(pool)
  const sdk = sdkFor(t, cognito)
  const { AccessToken } = await tokensOf(signIn(sdk, cognito))
  const ClientId = cognito.clientId
  const start = async () => {
    const reply = await sdk.send(new StartWebAuthnRegistrationCommand({ AccessToken }))
    return reply.CredentialCreationOptions as { challenge: string; excludeCredentials: unknown[] } // ours
  }
  const complete = (Credential: Record<string, unknown>) =>
    sdk.send(
      new CompleteWebAuthnRegistrationCommand({
        AccessToken,
        Credential: Credential as never // a document: any JSON
      })
    )
  return {
    cognito,
    start,
    complete,
    async register(ceremony = usual) {
      const passkey = makePasskey((await start()).challenge, ceremony)
      await complete(passkey.credential)
      return passkey
    },
    list: async () =>
      (await sdk.send(new ListWebAuthnCredentialsCommand({ AccessToken }))).Credentials ?? [],
    remove: (CredentialId: string) =>
      sdk.send(new DeleteWebAuthnCredentialCommand({ AccessToken, CredentialId })),
    async signIn(passkey: MadePasskey, overrides: Partial<Ceremony> = {}) {
      const AuthParameters = { USERNAME: demo, PREFERRED_CHALLENGE: 'WEB_AUTHN' }
      const begun = await sdk.send(
        new InitiateAuthCommand({ AuthFlow: 'USER_AUTH', ClientId, AuthParameters })
      )
      const { CREDENTIAL_REQUEST_OPTIONS = '{}' } = begun.ChallengeParameters ?? {}
      const { challenge = '' } = JSON.parse(CREDENTIAL_REQUEST_OPTIONS) as { challenge?: string } // ours
      const CREDENTIAL = JSON.stringify(passkey.assert(challenge, overrides))
      return sdk.send(
        new RespondToAuthChallengeCommand({
          ClientId,
          ChallengeName: begun.ChallengeName,
          Session: begun.Session,
          ChallengeResponses: { USERNAME: demo, CREDENTIAL }
        })
      )
    }
  }
}

test('a passkey is registered, listed, signs in, and is removed', async t => {
  const pool = await setUp(t)
  const passkey = await pool.register()
  t.match(await pool.list(), [{ CredentialId: passkey.id, RelyingPartyId: 'localhost' }])
  t.ok((await pool.signIn(passkey)).AuthenticationResult?.AccessToken)
  t.ok((await pool.signIn(passkey)).AuthenticationResult, 'more than once')
  await pool.remove(passkey.id)
  t.same(await pool.list(), [])
  t.match(await refusalOf(pool.remove(passkey.id)), { name: 'ResourceNotFoundException' })
})

test('a challenge of a registration is good once, and a later one replaces it', async t => {
  const pool = await setUp(t)
  const first = await pool.start()
  const second = await pool.start()
  const late = pool.complete(makePasskey(first.challenge, usual).credential)
  t.match(await refusalOf(late), { name: 'WebAuthnChallengeNotFoundException' })
  const { credential } = makePasskey(second.challenge, usual)
  await pool.complete(credential)
  t.match(await refusalOf(pool.complete(credential)), {
    name: 'WebAuthnChallengeNotFoundException'
  })
  t.equal((await pool.start()).excludeCredentials.length, 1)
})

test('a passkey of another origin or relying party is refused, at both ceremonies', async t => {
  const pool = await setUp(t)
  for (const [change, name] of [
    [{ origin: 'https://example.com' }, 'WebAuthnOriginNotAllowedException'],
    [{ relyingPartyId: 'example.com' }, 'WebAuthnRelyingPartyMismatchException']
  ] as const) {
    const { challenge } = await pool.start()
    const { credential } = makePasskey(challenge, { ...usual, ...change })
    t.match(await refusalOf(pool.complete(credential)), { name })
    const passkey = await pool.register()
    t.match(await refusalOf(pool.signIn(passkey, change)), { name })
  }
})

test('where the pool requires user verification, presence alone is refused', async t => {
  const pool = await setUp(t, { passkeyUserVerification: 'required' })
  const unverified = { ...usual, isUserVerified: false }
  const { credential } = makePasskey((await pool.start()).challenge, unverified)
  t.match(await refusalOf(pool.complete(credential)), { name: 'InvalidParameterException' })
  const passkey = await pool.register()
  t.match(await refusalOf(pool.signIn(passkey, { isUserVerified: false })), {
    name: 'InvalidParameterException'
  })
  t.ok((await pool.signIn(passkey)).AuthenticationResult)
})

test("another user's passkey does not sign in", async t => {
  const pool = await setUp(t)
  await pool.register()
  const foreign = makePasskey('any', usual)
  t.match(await refusalOf(pool.signIn(foreign)), { name: 'NotAuthorizedException' })
})

test('a user has twenty passkeys at the most', async t => {
  const pool = await setUp(t)
  for (let made = 0; made < 20; made++) await pool.register()
  t.match(await refusalOf(pool.register()), { name: 'LimitExceededException' })
})

test('a pool without passkeys, or without a relying party, says which it lacks', async t => {
  const off = await setUp(t, { allowedFirstFactors: ['PASSWORD'] })
  t.match(await refusalOf(off.start()), { name: 'WebAuthnNotEnabledException' })
  const bare = await setUp(t, { relyingPartyId: null })
  t.match(await refusalOf(bare.start()), { name: 'WebAuthnConfigurationMissingException' })
})
