/** The tokens pass the verifier that AWS publishes, and an altered one does not. */

import { CognitoJwtVerifier } from 'aws-jwt-verify'
import { test } from 'tap'
import { type Cognito, startCognito } from '../support/cognito.ts'
import { demo, password, sdkFor, signIn, tokensOf } from './sdk.ts'

const issuer = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Local0001'
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

async function verifierFor({ url, poolId, clientId }: Cognito, tokenUse: 'id' | 'access') {
  const verifier = CognitoJwtVerifier.create({ userPoolId: poolId, clientId, tokenUse })
  const keys = await fetch(`${url}/${poolId}/.well-known/jwks.json`)
  verifier.cacheJwks((await keys.json()) as Parameters<typeof verifier.cacheJwks>[0]) // a key set
  return verifier
}

test('both tokens are accepted by aws-jwt-verify, each for its own use', async t => {
  const cognito = await startCognito(t)
  const { AccessToken, IdToken } = await tokensOf(signIn(sdkFor(t, cognito), cognito))
  const [access, id] = [await verifierFor(cognito, 'access'), await verifierFor(cognito, 'id')]
  t.ok(await access.verify(AccessToken))
  t.ok(await id.verify(IdToken))
  await t.rejects(access.verify(IdToken))
  await t.rejects(id.verify(AccessToken))
})

test('an altered token is refused', async t => {
  const cognito = await startCognito(t)
  const { AccessToken } = await tokensOf(signIn(sdkFor(t, cognito), cognito))
  const verifier = await verifierFor(cognito, 'access')
  const [header = '', body = '', signature = ''] = AccessToken.split('.')
  const claims: Record<string, unknown> = JSON.parse(Buffer.from(body, 'base64url').toString())
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'someone' })).toString('base64url')
  await t.rejects(verifier.verify(`${header}.${forged}.${signature}`))
  await t.rejects(verifier.verify(`${header}.${body}.${'A'.repeat(signature.length)}`))
})

test('an expired token is refused', async t => {
  const now = () => Date.now() - 3_601_000
  const cognito = await startCognito(t, { now })
  const { AccessToken } = await tokensOf(signIn(sdkFor(t, cognito), cognito))
  await t.rejects((await verifierFor(cognito, 'access')).verify(AccessToken), /expired/)
})

test('the access token has every claim of the live one', async t => {
  const cognito = await startCognito(t)
  const { AccessToken } = await tokensOf(signIn(sdkFor(t, cognito), cognito))
  const claims = await (await verifierFor(cognito, 'access')).verify(AccessToken)
  t.match(claims, {
    sub: uuid,
    iss: issuer,
    client_id: cognito.clientId,
    origin_jti: uuid,
    event_id: uuid,
    token_use: 'access',
    scope: 'aws.cognito.signin.user.admin',
    auth_time: claims.iat,
    exp: claims.iat + 3600,
    jti: uuid,
    username: claims.sub
  })
  t.notOk('aud' in claims)
})

test('the ID token has the attributes, in the types of OpenID Connect', async t => {
  const cognito = await startCognito(t)
  const email = 'ann@example.com'
  const attributes = {
    given_name: 'Ånn 🦊',
    phone_number: '+4512345678',
    phone_number_verified: 'false',
    address: '{"region":"Fyn"}',
    'custom:flag_verified': 'true'
  }
  const { sub } = await cognito.createUser({ email, password, attributes, groups: ['staff'] })
  const { IdToken } = await tokensOf(signIn(sdkFor(t, cognito), cognito, email))
  const claims = await (await verifierFor(cognito, 'id')).verify(IdToken)
  t.match(claims, {
    ...attributes,
    sub,
    aud: cognito.clientId,
    'cognito:username': sub,
    'cognito:groups': ['staff'],
    token_use: 'id',
    email,
    email_verified: true,
    phone_number_verified: false,
    address: { formatted: '{"region":"Fyn"}' }
  })
})

test('tokens have about the size of the live ones', async t => {
  const cognito = await startCognito(t)
  const { AccessToken, IdToken, RefreshToken } = await tokensOf(signIn(sdkFor(t, cognito), cognito))
  const isAbout = (length: number, low: number, high: number) => length >= low && length <= high
  t.ok(isAbout(AccessToken.length, 1000, 1120), `access ${AccessToken.length}`)
  t.ok(isAbout(IdToken.length, 950, 1200), `id ${IdToken.length}`)
  t.ok(isAbout(RefreshToken.length, 1700, 1900), `refresh ${RefreshToken.length}`)
  t.match(RefreshToken, /^eyJjdHki/)
})

test('discovery names the real issuer and the local key set', async t => {
  const { url, poolId } = await startCognito(t)
  const found = await fetch(`${url}/${poolId}/.well-known/openid-configuration`)
  const jwks_uri = `${url}/${poolId}/.well-known/jwks.json`
  t.match(await found.json(), { issuer, jwks_uri })
  const { keys } = (await (await fetch(jwks_uri)).json()) as { keys: object[] } // the set above
  t.match(keys, [
    { alg: 'RS256', e: 'AQAB', kty: 'RSA', use: 'sig' },
    { alg: 'RS256', e: 'AQAB', kty: 'RSA', use: 'sig' }
  ])
  t.equal((await fetch(`${url}/us-east-1_Other/.well-known/jwks.json`)).status, 404)
})

test('the life of access tokens goes down to a second', async t => {
  const cognito = await startCognito(t)
  await cognito.patchPool({ accessTokenSeconds: 1 })
  const { AuthenticationResult } = await signIn(sdkFor(t, cognito), cognito, demo)
  t.equal(AuthenticationResult?.ExpiresIn, 1)
})
