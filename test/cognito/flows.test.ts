/** What is sent to Cognito at each step, and what is made of its answers. */

import { test } from 'tap'
import { secretHash } from '../../src/cognito/client.ts'
import { issued, start, tokens, user, userId } from './answers.ts'
import { failure, pool, sendException, serviceFor, startStub } from './stub.ts'

const credentials = { email: 'A@example.com', password: ' pässwörd 🙂 ' }
const clientSecret = 'a-secret-of-a-confidential-client'
const srpChallenge = {
  ChallengeName: 'PASSWORD_VERIFIER',
  ChallengeParameters: {
    SALT: '1f',
    SRP_B: '7b',
    SECRET_BLOCK: 'c2VjcmV0',
    USERNAME: userId,
    USER_ID_FOR_SRP: userId
  }
}

test('the password flow sends what was typed, and only a confidential client a hash', async t => {
  const { service, calls } = await start(t, () => ({ AuthenticationResult: issued }))
  t.same(await service.signIn(credentials), { kind: 'signed_in', tokens, user })
  const AuthParameters = { USERNAME: credentials.email, PASSWORD: credentials.password }
  const body = { AuthFlow: 'USER_PASSWORD_AUTH', ClientId: pool.clientId, AuthParameters }
  t.same(calls[0], { operation: 'InitiateAuth', body })

  const other = await start(t, () => ({ AuthenticationResult: issued }), { clientSecret })
  await other.service.signIn(credentials)
  const SECRET_HASH = secretHash(credentials.email, pool.clientId, clientSecret)
  t.same(other.calls[0]?.body.AuthParameters, { ...AuthParameters, SECRET_HASH })
})

test('SRP never sends the password, and goes on under the name that Cognito gave', async t => {
  const { service, calls } = await start(
    t,
    ({ operation }) =>
      operation === 'InitiateAuth' ? srpChallenge : { AuthenticationResult: issued },
    { authFlow: 'USER_SRP_AUTH', clientSecret }
  )
  t.same(await service.signIn(credentials), { kind: 'signed_in', tokens, user })
  const [first, second] = calls
  t.match(first?.body, {
    AuthFlow: 'USER_SRP_AUTH',
    AuthParameters: {
      USERNAME: credentials.email,
      SRP_A: /^[1-9a-f][0-9a-f]+$/,
      SECRET_HASH: secretHash(credentials.email, pool.clientId, clientSecret)
    }
  })
  t.match(second?.body, {
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeResponses: {
      USERNAME: userId,
      PASSWORD_CLAIM_SECRET_BLOCK: 'c2VjcmV0',
      PASSWORD_CLAIM_SIGNATURE: /^[\w+/]{43}=$/,
      TIMESTAMP: 'Sun Nov 22 00:00:00 UTC 2026',
      SECRET_HASH: secretHash(userId, pool.clientId, clientSecret)
    }
  })
  t.notOk('Session' in (second?.body ?? {}))
  t.notMatch(JSON.stringify(calls), 'pässwörd')
})

test('a Session that comes with the SRP challenge is echoed', async t => {
  const challenge = { ...srpChallenge, Session: 'session-of-the-choice' }
  const { service, calls } = await start(
    t,
    ({ operation }) =>
      operation === 'InitiateAuth' ? challenge : { AuthenticationResult: issued },
    { authFlow: 'USER_SRP_AUTH' }
  )
  await service.signIn(credentials)
  t.equal(calls[1]?.body.Session, challenge.Session)
})

test('a user unknown to the pool costs the same two calls as a wrong password', async t => {
  let second = 'NotAuthorizedException'
  const stub = await startStub(t, (response, { operation }) => {
    const first = operation === 'InitiateAuth'
    sendException(response, first ? 'UserNotFoundException' : second, 'No.')
  })
  const service = serviceFor(t, stub.endpoint, { authFlow: 'USER_SRP_AUTH' })
  const unknown = { code: 'invalid_credentials', reason: 'user_not_found' }
  for (second of [
    'NotAuthorizedException',
    'InvalidParameterException',
    'LimitExceededException'
  ]) {
    stub.calls.length = 0
    t.match(await failure(service.signIn(credentials)), unknown, second)
    t.same(
      stub.calls.map(call => call.operation),
      ['InitiateAuth', 'RespondToAuthChallenge']
    )
  }
  second = 'TooManyRequestsException'
  t.match(await failure(service.signIn(credentials)), { code: 'cognito_unavailable' })
})

test('an SRP challenge that makes no sense is an upstream error', async t => {
  const { ChallengeParameters } = srpChallenge
  const broken: [reason: string, parameters: Record<string, string>][] = [
    ['srp_challenge_incomplete', {}],
    ['srp_challenge_incomplete', { ...ChallengeParameters, SALT: 'xyz' }],
    ['srp_challenge_incomplete', { ...ChallengeParameters, SRP_B: 'f'.repeat(769) }],
    ['srp_challenge_incomplete', { ...ChallengeParameters, SECRET_BLOCK: '' }],
    ['srp_numbers_illegal', { ...ChallengeParameters, SRP_B: '0' }]
  ]
  for (const [reason, parameters] of broken) {
    const answer = { ...srpChallenge, ChallengeParameters: parameters }
    const { service } = await start(t, () => answer, { authFlow: 'USER_SRP_AUTH' })
    t.match(await failure(service.signIn(credentials)), { code: 'upstream_error', reason })
  }
})

test('a refresh without rotation keeps the token, with rotation takes the new one', async t => {
  const { RefreshToken, ...withoutNew } = issued
  const { service, calls } = await start(t, () => ({ AuthenticationResult: withoutNew }))
  const kept = { ...tokens, refreshToken: 'old' }
  t.same(await service.refresh('old'), { kind: 'signed_in', tokens: kept, user })
  const body = { ClientId: pool.clientId, RefreshToken: 'old' }
  t.same(calls, [{ operation: 'GetTokensFromRefreshToken', body }])

  const rotating = await start(t, () => ({ AuthenticationResult: issued }), { clientSecret })
  t.same(await rotating.service.refresh('old'), { kind: 'signed_in', tokens, user })
  t.same(rotating.calls[0]?.body, { ...body, ClientSecret: clientSecret }, 'in clear, no hash')
})

test('revoking names the client, with its secret where there is one', async t => {
  const { service, calls } = await start(t, () => ({}), { clientSecret })
  await service.revoke('refresh')
  const body = { ClientId: pool.clientId, ClientSecret: clientSecret, Token: 'refresh' }
  t.same(calls, [{ operation: 'RevokeToken', body }])
})

test('tokens that are not all there are an upstream error', async t => {
  for (const missing of Object.keys(issued)) {
    const { service } = await start(t, () => ({
      AuthenticationResult: { ...issued, [missing]: undefined }
    }))
    const error = await failure(service.signIn(credentials))
    t.match(error, { code: 'upstream_error', reason: 'tokens_incomplete' }, missing)
  }
})
