/** The AWS JSON 1.1 protocol on the wire, byte for byte. */

import { test } from 'tap'
import { type Cognito, startCognito } from '../support/cognito.ts'
import { demo } from './sdk.ts'

const contentType = 'application/x-amz-json-1.1'

function post({ url }: Cognito, operation: string, body: string): Promise<Response> {
  return fetch(`${url}/`, {
    method: 'POST',
    headers: {
      'content-type': contentType,
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`
    },
    body
  })
}

function signInBody({ clientId }: Cognito, PASSWORD: string): string {
  const AuthParameters = { USERNAME: demo, PASSWORD }
  return JSON.stringify({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId: clientId, AuthParameters })
}

test('a refusal looks exactly like the live one', async t => {
  const cognito = await startCognito(t)
  const response = await post(cognito, 'InitiateAuth', signInBody(cognito, 'wrong'))
  t.equal(response.status, 400)
  t.equal(response.headers.get('content-type'), contentType)
  t.equal(response.headers.get('x-amzn-errortype'), 'NotAuthorizedException:')
  t.equal(response.headers.get('x-amzn-errormessage'), 'Incorrect username or password.')
  t.match(response.headers.get('x-amzn-requestid'), /^[0-9a-f-]{36}$/)
  t.match(response.headers.get('access-control-expose-headers'), /x-amzn-ErrorType/)
  t.equal(
    await response.text(),
    '{"__type":"NotAuthorizedException","message":"Incorrect username or password."}'
  )
})

test('a success has the same content type and a request id', async t => {
  const cognito = await startCognito(t)
  const response = await post(cognito, 'InitiateAuth', signInBody(cognito, 'Correct-Horse-9'))
  t.equal(response.status, 200)
  t.equal(response.headers.get('content-type'), contentType)
  t.ok(response.headers.get('x-amzn-requestid'))
  t.equal(response.headers.get('x-amzn-errortype'), null)
})

const malformed = [
  ['an unknown operation', 'MakeCoffee', '{}', 'UnknownOperationException'],
  ['no JSON', 'GetUser', 'hello', 'SerializationException'],
  ['JSON that is no object', 'GetUser', '[1]', 'SerializationException'],
  ['an empty body', 'GetUser', '', 'SerializationException'],
  ['a member of a wrong type', 'GetUser', '{"AccessToken":7}', 'SerializationException']
] as const

for (const [what, operation, body, type] of malformed) {
  test(`${what} is a ${type}`, async t => {
    const response = await post(await startCognito(t), operation, body)
    t.equal(response.status, 400)
    t.match(await response.json(), { __type: type })
  })
}

test('a call without a target, and a GET, are unknown operations', async t => {
  const cognito = await startCognito(t)
  const response = await fetch(cognito.url, { method: 'POST', body: '{}' })
  t.match(await response.json(), { __type: 'UnknownOperationException' })
  t.equal((await fetch(`${cognito.url}/nothing`)).status, 404)
  t.equal((await fetch(cognito.url, { redirect: 'manual' })).status, 302)
})

test('a body beyond a mebibyte breaks the connection', async t => {
  const cognito = await startCognito(t)
  await t.rejects(post(cognito, 'GetUser', 'x'.repeat(2 * 1024 * 1024)))
})

const notNull = "Value null at 'accessToken' failed to satisfy constraint: Member must not be null"
const pattern = 'Member must satisfy regular expression pattern'
const validations = [
  ['GetUser', {}, `1 validation error detected: ${notNull}`],
  [
    'GetUser',
    { AccessToken: 'a b' },
    `1 validation error detected: Value at 'accessToken' failed to satisfy constraint: ${pattern}: [A-Za-z0-9\\-_=.]+`
  ],
  [
    'ResendConfirmationCode',
    { ClientId: 'x'.repeat(129), Username: 'a b' },
    "2 validation errors detected: Value at 'clientId' failed to satisfy constraint: " +
      "Member must have length less than or equal to 128; Value at 'username' failed to " +
      `satisfy constraint: ${pattern}: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+`
  ],
  [
    'InitiateAuth',
    { ClientId: 'x', AuthFlow: 'MAGIC' },
    "1 validation error detected: Value 'MAGIC' at 'authFlow' failed to satisfy constraint: " +
      'Member must satisfy enum value set: [USER_SRP_AUTH,'
  ],
  [
    'SignUp',
    {
      ClientId: 'x',
      Username: 'a@b.c',
      Password: 'Correct-Horse-9',
      UserAttributes: [{ Name: 'email' }]
    },
    "1 validation error detected: Value null at 'userAttributes.1.member.value' failed"
  ]
] as const

for (const [operation, input, message] of validations) {
  test(`${operation} names what is wrong with ${JSON.stringify(input).slice(0, 60)}`, async t => {
    const response = await post(await startCognito(t), operation, JSON.stringify(input))
    const body = (await response.json()) as { __type: string; message: string } // an error's shape
    t.equal(body.__type, 'InvalidParameterException')
    t.equal(body.message.slice(0, message.length), message)
  })
}

test('a password that a message would quote is left out of it', async t => {
  const cognito = await startCognito(t)
  const input = { ClientId: 'x', Username: 'a@b.c', Password: ' Secret-Horse-9 ' }
  const response = await post(cognito, 'SignUp', JSON.stringify(input))
  t.notMatch(await response.text(), /Secret-Horse/)
})
