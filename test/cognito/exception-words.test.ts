/** What people and logs read of an exception. */

import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'tap'
import type { FlowStep } from '../../src/cognito/exceptions/row.ts'
import { translate } from '../../src/cognito/exceptions/translate.ts'
import { failure, sendException, serviceFor, startStub } from './stub.ts'

const email = 'a@example.com'

const sentences: readonly (readonly [exception: string, message: string, sentence: RegExp])[] = [
  [
    'InvalidPassword',
    'Password did not conform with policy: Password not long enough',
    /too short/
  ],
  ['InvalidPassword', '... Password must have uppercase characters', /upper-case/],
  ['InvalidPassword', '... Password must have lowercase characters', /lower-case/],
  ['InvalidPassword', '... Password must have numeric characters', /digit/],
  ['InvalidPassword', '... Password must have symbol characters', /symbol/],
  ['InvalidPassword', 'some new rule of theirs', /the policy of this service/],
  ['PasswordHistoryPolicyViolation', 'Password history', /used before/],
  ['NotAuthorized', 'User cannot be confirmed. Current status is CONFIRMED', /already confirmed/]
]

const steps = Object.keys({
  login: true,
  challenge: true,
  sign_up: true,
  confirm_sign_up: true,
  resend: true,
  forgot: true,
  reset: true,
  account: true,
  change_password: true,
  attributes: true,
  verification: true,
  totp: true,
  mfa: true,
  refresh: true,
  revoke: true
} satisfies Record<FlowStep, true>) as FlowStep[] // keys of a const literal

test("what a person reads is plain, and never Cognito's own words", async t => {
  for (const [exception, message, sentence] of sentences) {
    const stub = await startStub(t, response =>
      sendException(response, `${exception}Exception`, message)
    )
    const error = await failure(
      serviceFor(t, stub.endpoint).confirmSignUp({ email, code: '123456' })
    )
    t.match(error.detail, sentence, message)
    t.notMatch(error.detail, message)
  }
})

test('a refused attribute is named as the field it came in', async t => {
  const messages: readonly (readonly [message: string, field: string, words: string])[] = [
    [
      'Attributes did not conform to the schema: given_name: The attribute is required',
      'givenName',
      'is required'
    ],
    ['Invalid phone number format.', 'phoneNumber', 'is not in the right form'],
    ['Invalid email address format.', 'email', 'is not in the right form'],
    ['Username should be an email.', 'email', 'is not in the right form']
  ]
  for (const [message, field, words] of messages) {
    const stub = await startStub(t, response =>
      sendException(response, 'InvalidParameterException', message)
    )
    const account = { email, password: 'x', attributes: {} }
    const error = await failure(serviceFor(t, stub.endpoint).signUp(account))
    t.equal(error.errors?.length, 1)
    t.match(error.errors, [{ field, message: words }], message)
  }
})

test('each refused attribute is named, and none where the message names none', async t => {
  const at = (step: 'attributes' | 'challenge', message: string) =>
    translate(step, { name: 'InvalidParameterException', message }).errors
  const two =
    'Attributes did not conform to the schema: given_name: The attribute is required\ncustom:x: odd'
  t.match(at('attributes', two), [
    { field: 'givenName', message: 'is required', code: 'required' },
    { field: 'custom:x', message: 'is not in the right form', code: 'wrong_format' }
  ])
  t.match(at('challenge', two), [
    { field: 'attributes.givenName' },
    { field: 'attributes.custom:x' }
  ])
  t.same(at('challenge', 'Invalid attributes given, name is missing'), [
    { field: 'attributes.name', message: 'is required', code: 'required' }
  ])
  const unknown =
    'Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.'
  t.match(at('challenge', unknown), [
    { field: 'attributes.custom:x', message: 'is not a known field' }
  ])
  t.match(at('attributes', 'An attribute is odd'), [{ field: 'body' }])
})

test('O-10 a setting of the pool is the operator’s to mend: 502, with its name and Cognito’s text', async t => {
  const schema = 'Attributes did not conform to the schema:'
  const both = ['sign_up', 'attributes'] as const
  const settings: [at: readonly FlowStep[], message: string, reason: string][] = [
    [
      ['sign_up', 'login'],
      'Username cannot be of email format, since user pool is configured for email alias.',
      'sign_in_identifier'
    ],
    [['sign_up', 'login', 'forgot'], 'Username should be a phone number.', 'sign_in_identifier'],
    [both, `${schema} family_name: The attribute is required`, 'required_attribute'],
    [
      both,
      `${schema} given_name: The attribute is required\nbirthdate: The attribute is required`,
      'required_attribute'
    ],
    [both, 'Invalid attributes given, custom:tenant is missing', 'required_attribute'],
    [['sign_up'], `${schema} picture: The attribute is required`, 'required_attribute'],
    [both, 'user.email: Attribute cannot be updated.\n', 'immutable_attribute'],
    [both, 'Cannot modify the non-mutable attribute phone_number', 'immutable_attribute'],
    [both, `${schema} custom:x: Attribute does not exist in the schema.`, 'schema'],
    [['login'], 'Custom auth lambda trigger is not configured for the user pool.', 'trigger']
  ]
  for (const [at, message, reason] of settings) {
    for (const step of at) {
      const error = translate(step, { name: 'InvalidParameterException', message })
      t.match(error, { status: 502, reason: `misconfigured_${reason}` }, `${step}: ${message}`)
      t.match(error.cause, { message }, 'the log has the text')
      t.notMatch(error.detail, message)
    }
  }
  const forbidden = {
    name: 'NotAuthorizedException',
    message: 'A client attempted to write unauthorized attribute'
  }
  for (const step of both) {
    t.match(translate(step, forbidden), {
      status: 502,
      reason: 'misconfigured_attribute_permissions'
    })
  }
})

test('O-10 a client secret that does not fit is the operator’s to mend, at every step', async t => {
  const messages = [
    'Unable to verify secret hash for client localclient0000000000000001',
    'Unable to verify secret for client localclient0000000000000001',
    'Client localclient0000000000000001 is configured with secret but SECRET_HASH was not received',
    'Client localclient0000000000000001 is configured for secret but secret was not received'
  ]
  for (const step of steps) {
    for (const message of messages) {
      const error = translate(step, { name: 'NotAuthorizedException', message })
      t.match(error, { status: 502, reason: 'misconfigured_client_secret' }, `${step}: ${message}`)
      t.match(error.cause, { message }, 'the log has the text')
      t.notMatch(error.detail, message)
    }
  }
})

test('O-10 each of them has a row in docs/aws-setup.md', async t => {
  const document = readFileSync('docs/aws-setup.md', 'utf8')
  const sources = readdirSync('src/cognito', { recursive: true, encoding: 'utf8' }).filter(name =>
    name.endsWith('.ts')
  )
  const text = sources.map(name => readFileSync(`src/cognito/${name}`, 'utf8')).join('\n')
  const reasons = [...text.matchAll(/\bmisconfigured\('(\w+)'/g)].map(([, what]) => what)
  t.ok(reasons.length > 10)
  for (const reason of reasons) t.match(document, `\`misconfigured_${reason}\``)
})

test('a name that every object has is no exception of the table', async t => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    t.match(translate('login', { name, message: 'odd' }), { reason: 'unknown_exception' })
  }
  for (const odd of [undefined, null, 'text', new Error('odd')]) {
    t.match(translate('login', odd), { code: 'upstream_error', reason: 'unknown_exception' })
  }
})

test('the cause is kept for the log without what was sent', async t => {
  const message = "1 validation error detected: Value 'hunter2' at 'accessToken' failed to satisfy"
  const stub = await startStub(t, response => sendException(response, 'OddException', message))
  const { cause } = await failure(serviceFor(t, stub.endpoint).getUser('token'))
  t.match(cause, { name: 'OddException', message: /Value at 'accessToken' failed to satisfy/ })
  t.notMatch(JSON.stringify(cause, Object.getOwnPropertyNames(cause)), 'hunter2')
})
