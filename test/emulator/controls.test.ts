/** The controls: users, settings, messages, calls, clock, reset. */

import { GetUserCommand, SignUpCommand } from '@aws-sdk/client-cognito-identity-provider'
import { test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { demo, password, refusalOf, sdkFor, signIn, tokensOf } from './sdk.ts'

function send(url: string, method: string, path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${url}/_local${path}`, { method, headers, body: JSON.stringify(body) })
}

test('a created user has what was asked for', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  const email = 'ann@example.com'
  const created = await cognito.createUser({ email, password, attributes: { gender: 'x' } })
  t.match(created, { sub: String, email, status: 'CONFIRMED' })
  const { AccessToken } = await tokensOf(signIn(sdk, cognito, email))
  const { UserAttributes } = await sdk.send(new GetUserCommand({ AccessToken }))
  t.same(UserAttributes, [
    { Name: 'sub', Value: created.sub },
    { Name: 'email', Value: email },
    { Name: 'email_verified', Value: 'true' },
    { Name: 'gender', Value: 'x' }
  ])
})

test('a change of settings is all or nothing, and the secret is not shown', async t => {
  const { url } = await startCognito(t)
  const bad = await send(url, 'PATCH', '/pool', { accessTokenSeconds: 60, lockout: 'no' })
  t.equal(bad.status, 400)
  const settings = await (await fetch(`${url}/_local/pool`)).json()
  t.match(settings, { accessTokenSeconds: 3600, lockout: true, isConfidential: false })
  const good = await send(url, 'PATCH', '/pool', { clientSecret: 'hush', mfa: 'optional' })
  const text = await good.text()
  t.notMatch(text, /hush/)
  t.match(JSON.parse(text), { mfa: 'optional', isConfidential: true })
})

const refused = [
  ['POST', '/users', { email: 'a@b.c', pasword: 'x' }, 'There is no field "pasword"; there are:'],
  ['POST', '/users', { email: 'a@b.c' }, '"password" is needed.'],
  ['POST', '/users', { email: 'ab', password: 'x' }, '"email" must be an e-mail address.'],
  ['POST', '/users', { email: demo, password: 'x' }, `There is a user ${demo} already.`],
  [
    'POST',
    '/users',
    { email: 'a@b.c', password: 'x', totpSecret: 'not base32' },
    '"totpSecret" must be 16 or more characters of base32.'
  ],
  ['POST', '/users', [], 'Send a JSON object.'],
  ['PATCH', '/pool', { mfa: 'yes' }, '"mfa" must be one of "off", "optional", "on",'],
  ['PATCH', '/pool', { retryGraceSeconds: 61 }, '"retryGraceSeconds" must be a whole number'],
  ['PATCH', '/pool', { constructor: 1 }, 'There is no field "constructor"; there are:'],
  ['PATCH', '/pool', {}, 'Say what is to change.'],
  ['POST', '/clock', { advanceSeconds: -1 }, '"advanceSeconds" must be a whole number from 0'],
  ['POST', '/clock', {}, '"advanceSeconds" is needed.'],
  ['POST', '/faults', { operation: 'GetUsr', status: 500 }, 'There is no operation "GetUsr".'],
  ['POST', '/faults', { operation: 'GetUser' }, 'Say what goes wrong: error, status, delayMs']
] as const

for (const [method, path, body, sentence] of refused) {
  test(`${method} ${path} ${JSON.stringify(body)} is refused with a sentence`, async t => {
    const { url } = await startCognito(t)
    const response = await send(url, method, path, body)
    t.equal(response.status, 400)
    const { message } = (await response.json()) as { message: string } // every refusal has one
    t.equal(message.slice(0, sentence.length), sentence)
  })
}

test('messages come newest first, for one address or all', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  for (const Username of ['ann@example.com', 'bob@example.com']) {
    const ClientId = cognito.clientId
    await sdk.send(new SignUpCommand({ ClientId, Username, Password: password }))
  }
  const all = await (await fetch(`${cognito.url}/_local/messages`)).json()
  t.match(all, [{ to: 'bob@example.com' }, { to: 'ann@example.com' }])
  t.match(await cognito.messages('ANN@example.com'), [
    { to: 'ann@example.com', medium: 'EMAIL', purpose: 'sign-up', sentAt: /^\d{4}-.*Z$/ }
  ])
})

test('a browser gets a page, with what people typed escaped', async t => {
  const cognito = await startCognito(t)
  const Username = '<b>"ann"</b>@example.com'
  const ClientId = cognito.clientId
  await sdkFor(t, cognito).send(new SignUpCommand({ ClientId, Username, Password: password }))
  const headers = { accept: 'text/html,application/xhtml+xml' }
  const response = await fetch(`${cognito.url}/_local/messages`, { headers })
  t.match(response.headers.get('content-type'), /^text\/html/)
  const page = await response.text()
  t.match(page, await cognito.code(Username))
  t.match(page, '&#60;b&#62;')
  t.notMatch(page, '<b>')
})

test('calls are counted, and the last ones listed with their outcome', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  await signIn(sdk, cognito)
  await refusalOf(signIn(sdk, cognito, demo, 'Wrong-Horse-9'))
  t.same(await cognito.calls(), { InitiateAuth: 2 })
  const report = (await (await fetch(`${cognito.url}/_local/calls`)).json()) as {
    recent: unknown
  }
  t.match(report.recent, [
    { operation: 'InitiateAuth', outcome: 'NotAuthorizedException', at: /Z$/ },
    { operation: 'InitiateAuth', outcome: 'ok' }
  ])
})

test('only the last hundred calls are listed', async t => {
  const cognito = await startCognito(t)
  for (let time = 0; time < 101; time += 1) {
    await fetch(cognito.url, { method: 'POST', headers: { 'x-amz-target': 'x.GetUser' } })
  }
  const report = (await (await fetch(`${cognito.url}/_local/calls`)).json()) as {
    recent: unknown[]
  }
  t.equal(report.recent.length, 100)
})

test('a reset takes everything back to the start, the keys apart', async t => {
  const cognito = await startCognito(t)
  const sdk = sdkFor(t, cognito)
  const keySet = async () =>
    (await fetch(`${cognito.url}/${cognito.poolId}/.well-known/jwks.json`)).text()
  const before = await keySet()
  const { AccessToken } = await tokensOf(signIn(sdk, cognito))
  await cognito.createUser({ email: 'ann@example.com', password })
  await cognito.patchPool({ accessTokenSeconds: 5 })
  await cognito.fault({ operation: 'InitiateAuth', error: 'TooManyRequestsException' })
  await cognito.advance(1000)
  await cognito.reset()
  t.same(await cognito.calls(), {})
  t.match(await refusalOf(signIn(sdk, cognito, 'ann@example.com')), {
    name: 'NotAuthorizedException'
  })
  t.match(await signIn(sdk, cognito), { AuthenticationResult: { ExpiresIn: 3600 } })
  t.match(await refusalOf(sdk.send(new GetUserCommand({ AccessToken }))), {
    name: 'UserNotFoundException'
  })
  t.equal(await keySet(), before)
})

test('the clock moves on and says where it stands', async t => {
  const { url } = await startCognito(t, { now: () => Date.UTC(2026, 0, 1) })
  const response = await send(url, 'POST', '/clock', { advanceSeconds: 90 })
  t.same(await response.json(), { now: '2026-01-01T00:01:30.000Z' })
})

test('a page of another site is refused, an unknown path is not found', async t => {
  const { url } = await startCognito(t)
  const headers = { 'sec-fetch-site': 'cross-site' }
  const foreign = await fetch(`${url}/_local/reset`, { method: 'POST', headers })
  t.equal(foreign.status, 403)
  t.equal((await fetch(`${url}/_local/nothing`)).status, 404)
  t.equal((await fetch(`${url}/_local/reset`)).status, 404)
})
