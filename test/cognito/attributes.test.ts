/** Claims and attributes under this service's names. */

import { test } from 'tap'
import { attributesFromList, userFromClaims } from '../../src/cognito/response-fields.ts'

const least = { sub: 'id', email: 'a@example.com' }

test('the least a token holds makes a user', async t => {
  t.same(userFromClaims(least), { ...least, emailVerified: false, groups: [] })
})

test('everything a token may hold is taken over, and nothing else', async t => {
  const claims = {
    ...least,
    email_verified: true,
    given_name: 'Ada',
    phone_number: '+15550100',
    phone_number_verified: 'true',
    'cognito:groups': ['staff', 7, 'admin'],
    'custom:secret': 'x',
    'cognito:username': 'id'
  }
  t.same(userFromClaims(claims), {
    ...least,
    emailVerified: true,
    givenName: 'Ada',
    phoneNumber: '+15550100',
    phoneNumberVerified: true,
    groups: ['staff', 'admin']
  })
})

test('a claim that the app client may not read is named in the reason', async t => {
  t.throws(() => userFromClaims({ sub: 'id' }), {
    code: 'upstream_error',
    reason: 'id_token_without_email'
  })
  t.throws(() => userFromClaims({ email: 'a@example.com' }), {
    code: 'upstream_error',
    reason: 'id_token_without_sub'
  })
})

test('a list of attributes becomes a record', async t => {
  const list = [
    { Name: 'sub', Value: 'id' },
    { Name: 'gender', Value: undefined }
  ]
  t.same(attributesFromList(list), { sub: 'id', gender: '' })
  t.same(attributesFromList([]), {})
})
