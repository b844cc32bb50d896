/** T-16: what answers in Cognito's place, or in a form that is not Cognito's, is never a success and never a 500. */

import type { ServerResponse } from 'node:http'
import { type Test, test } from 'tap'
import type { IdentityProvider } from '../../src/auth/identity-provider.ts'
import { AppError } from '../../src/errors.ts'
import { now, ours, token } from './signer.ts'
import { failure, sendJson, serviceFor, startStub } from './stub.ts'

const challenge = {
  kind: 'challenge',
  session: 'a-session-of-twenty-characters',
  username: 'user'
} as const
const code = { kind: 'code', code: '123456' } as const
const email = 'a@example.com'
const result = { AccessToken: 'access', IdToken: token(), RefreshToken: 'fresh', ExpiresIn: 300 }
const details = { CodeDeliveryDetails: { Destination: 'a***@e***', DeliveryMedium: 'EMAIL' } }
const user = {
  Username: 'a',
  UserAttributes: [{ Name: 'sub', Value: 'a' }],
  UserMFASettingList: ['SMS_MFA'],
  PreferredMfaSetting: 'SMS_MFA'
}

type Call = (identity: IdentityProvider) => Promise<unknown>

/** Operations that say something: the last call that they make, and what Cognito returns to it. */
const telling: Record<string, [call: Call, good: object]> = {
  'a login': [i => i.signIn({ email, password: 'x' }), { AuthenticationResult: result }],
  'a challenge': [
    i => i.signIn({ email, password: 'x' }),
    {
      ChallengeName: 'SMS_MFA',
      Session: challenge.session,
      ChallengeParameters: { USER_ID_FOR_SRP: 'u', CODE_DELIVERY_DESTINATION: '+**1' }
    }
  ],
  'an answer to a challenge': [
    i => i.respondToChallenge({ ...challenge, name: 'SMS_MFA' }, code),
    { AuthenticationResult: result }
  ],
  'an authenticator at login': [
    i => i.beginTotpAtLogin({ ...challenge, name: 'MFA_SETUP' }),
    { SecretCode: 'ABC', Session: challenge.session }
  ],
  'a refresh': [
    async i => {
      const answer = await i.refresh('old')
      return answer.kind === 'signed_in' ? answer : i.verifyTokens(answer)
    },
    { AuthenticationResult: result }
  ],
  'a sign-up': [
    i => i.signUp({ email, password: 'x', attributes: {} }),
    { UserConfirmed: false, UserSub: 'a', ...details }
  ],
  'a resend': [i => i.resendConfirmationCode(email), details],
  'a forgotten password': [i => i.forgotPassword(email), details],
  'a verification': [i => i.getAttributeVerificationCode('access', 'email'), details],
  'a profile': [i => i.getUser('access'), user],
  'the second factors': [i => i.getMfa('access'), user],
  'an authenticator': [i => i.associateSoftwareToken('access'), { SecretCode: 'ABC' }],
  'its first code': [
    i => i.verifySoftwareToken('access', { code: '123456' }),
    { Status: 'SUCCESS' }
  ]
}

/** Operations whose success is an empty answer, or may be one. */
const silent: Record<string, Call> = {
  'a confirmation': i => i.confirmSignUp({ email, code: '1' }),
  'a reset': i => i.confirmForgotPassword({ email, code: '1', newPassword: 'x' }),
  'a change of password': i =>
    i.changePassword('access', { currentPassword: 'x', newPassword: 'y' }),
  'a verified address': i => i.verifyAttribute('access', 'email', '1'),
  'attributes changed': i => i.updateAttributes('access', { gender: 'x' }),
  'second factors set': i =>
    i.setMfaPreference('access', { enabled: ['SMS_MFA'], preferred: undefined }),
  'attributes removed': i => i.deleteAttributes('access', ['gender']),
  'an account deleted': i => i.deleteUser('access'),
  'a revocation': i => i.revoke('refresh'),
  'a logout everywhere': i => i.signOutEverywhere('access')
}

interface Scene {
  answer(response: ServerResponse): unknown
  /** What GetUser returns, whatever `answer` is. */
  user?: object
}

/** A service whose Cognito answers the way `answer` says at the moment. */
async function start(t: Test) {
  const scene: Scene = { answer: response => response.end() }
  const stub = await startStub(t, (response, { operation }) => {
    const isAsked = operation === 'GetUser' && scene.user
    return isAsked ? sendJson(response, scene.user) : scene.answer(response)
  })
  const options = { jwks: { keys: [ours.jwk] }, clock: () => now }
  return { scene, identity: serviceFor(t, stub.endpoint, options) }
}

const json = (body: unknown) => (response: ServerResponse) => sendJson(response, body)

/** Not Cognito's: without its request id. */
const plain = (status: number, body: string) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}

for (const [title, [call, good]] of Object.entries(telling)) {
  test(`T-16 an empty answer to ${title} is no success`, async t => {
    const { scene, identity } = await start(t)
    scene.answer = json(good)
    await t.resolves(call(identity), 'what Cognito returns')
    const empty = [json({}), plain(200, ''), plain(200, '{}'), plain(204, '')]
    const accepted = (response: ServerResponse) => {
      response.statusCode = 202
      sendJson(response, good)
    }
    for (const answer of [...empty, accepted]) {
      scene.answer = answer
      t.match(await failure(call(identity)), { code: 'upstream_error', status: 502 })
    }
  })

  test(`T-16 wrong types in the answer to ${title} are 502, or make no difference`, async t => {
    const { scene, identity } = await start(t)
    let tried = 0
    for (const odd of variants(good)) {
      tried += 1
      scene.answer = json(odd)
      const error = await call(identity).then(
        () => undefined,
        (reason: unknown) => reason
      )
      if (error === undefined) continue
      const fault = error instanceof AppError ? error.status : error
      if (fault !== 502) t.fail(JSON.stringify(odd), { error })
    }
    t.ok(tried > 10, `${tried} answers`)
  })
}

for (const [title, call] of Object.entries(silent)) {
  test(`T-16 ${title} succeeds only by an answer that bears Cognito's mark`, async t => {
    const { scene, identity } = await start(t)
    scene.user = user
    await identity.getUser('access')
    scene.answer = json({})
    await t.resolves(call(identity))
    const accepted = (response: ServerResponse) => {
      response.statusCode = 202
      sendJson(response, {})
    }
    for (const answer of [plain(200, ''), plain(200, '{}'), plain(202, '{}'), accepted]) {
      scene.answer = answer
      t.match(await failure(call(identity)), { code: 'upstream_error', status: 502 })
    }
  })
}

test('T-16 an endpoint that marks none of its answers is believed, as other programs are', async t => {
  const { scene, identity } = await start(t)
  scene.answer = plain(200, JSON.stringify(user))
  await identity.getUser('access')
  scene.answer = plain(200, '{}')
  await t.resolves(identity.changePassword('access', { currentPassword: 'x', newPassword: 'y' }))
})

test('T-09 429 from a firewall is an outage that says when to come back', async t => {
  const { scene, identity } = await start(t)
  const throttled = { code: 'cognito_unavailable', status: 503, reason: 'throttled' }
  const bodies = ['<html>slow down</html>', '', '{"message":"Too many"}']
  const waf = JSON.stringify({ __type: 'ForbiddenException', message: 'blocked by WAF' })
  for (const body of [...bodies, waf]) {
    scene.answer = plain(429, body)
    t.match(await failure(identity.getUser('access')), { ...throttled, retryAfterSeconds: 2 }, body)
    scene.answer = response => {
      response.setHeader('retry-after', '7')
      plain(429, body)(response)
    }
    t.match(await failure(identity.refresh('old')), { ...throttled, retryAfterSeconds: 7 }, body)
  }
})

const oddValues: unknown[] = [null, 0, -1, 1e300, '', 'x', true, [], [null], ['x'], [7], {}]

/** The object with one member at a time, at any depth, being something else. */
function* variants(good: object): Generator<unknown> {
  for (const [name, value] of Object.entries(good)) {
    for (const odd of oddValues) yield { ...good, [name]: odd }
    if (typeof value !== 'object' || value === null) continue
    for (const inner of variants(value)) {
      yield { ...good, [name]: Array.isArray(value) ? Object.values(Object(inner)) : inner }
    }
  }
}
