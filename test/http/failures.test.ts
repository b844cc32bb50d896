import { test } from 'tap'
import type { AnonymousStep, FlowStep } from '../../src/cognito/exceptions/row.ts'
import { exceptionTable } from '../../src/cognito/exceptions/table.ts'
import { type ErrorCode, errorCodes } from '../../src/errors.ts'
import { type Call, codesOf, operationIds } from '../../src/http/openapi/failures.ts'

const call = (operationId: string, change: Partial<Call> = {}): Call => ({
  operationId,
  method: 'post',
  path: '/auth/x',
  isLimited: false,
  ...change
})

/** What each call asks Cognito for. */
const steps: Readonly<Record<string, readonly (AnonymousStep | FlowStep)[]>> = {
  signUp: ['sign_up'],
  confirmSignUp: ['confirm_sign_up'],
  resendSignUpCode: ['resend'],
  logIn: ['login', 'totp'],
  answerChallenge: ['challenge', 'totp'],
  getProfile: ['refresh', 'account'],
  changeProfile: ['refresh', 'attributes', 'account'],
  sendVerificationCode: ['refresh', 'verification'],
  confirmVerification: ['refresh', 'verification', 'account'],
  setPhoto: ['refresh', 'account', 'attributes'],
  removePhoto: ['refresh', 'account', 'attributes'],
  forgotPassword: ['forgot'],
  resetPassword: ['reset'],
  changePassword: ['refresh', 'change_password'],
  getMfa: ['refresh', 'account'],
  setMfa: ['refresh', 'mfa', 'account'],
  beginTotp: ['refresh', 'totp'],
  confirmTotp: ['refresh', 'totp', 'account', 'mfa'],
  deleteAccount: ['refresh', 'login', 'account'],
  callApi: ['refresh']
}

/** Rows that need what a call does not send: a challenge to lapse, or a code to be wrong. */
const impossible: Readonly<Record<string, readonly ErrorCode[]>> = {
  logIn: ['code_mismatch'],
  sendVerificationCode: ['code_mismatch'],
  beginTotp: ['challenge_expired', 'code_mismatch'],
  confirmTotp: ['challenge_expired']
}

test('what the exception table means at a step is listed for the calls that take it', async t => {
  const rows = [...exceptionTable.values()].flat()
  for (const [operationId, taken] of Object.entries(steps)) {
    const listed = codesOf(call(operationId))
    const meant = rows.filter(({ steps: at }) => at?.some(step => taken.includes(step)))
    const missing = new Set(meant.map(({ code }) => code).filter(code => !listed.includes(code)))
    for (const code of impossible[operationId] ?? []) missing.delete(code)
    t.same([...missing], [], operationId)
    t.ok(meant.length > 0, operationId)
  }
  t.same(
    Object.keys(steps).filter(operationId => !operationIds.includes(operationId)),
    []
  )
  const asking = operationIds.filter(id => codesOf(call(id)).includes('cognito_unavailable'))
  t.same(
    asking.toSorted(),
    Object.keys(steps).toSorted(),
    'each call that leads to Cognito is here'
  )
})

test('codes come once each, in the order of the catalogue', async t => {
  for (const operationId of operationIds) {
    const codes = codesOf(call(operationId, { isLimited: true }))
    t.same(
      codes,
      errorCodes.filter(code => codes.includes(code)),
      operationId
    )
  }
})

test('the gates before a call add what they refuse', async t => {
  const read = codesOf(call('getSession', { method: 'get' }))
  t.same(read, ['csrf_rejected', 'internal_error', 'store_unavailable', 'service_unavailable'])
  const written = codesOf(call('logOut', { isLimited: true }))
  const more = ['invalid_request', 'payload_too_large', 'unsupported_media_type', 'rate_limited']
  t.same(
    more.filter(code => !written.some(one => one === code)),
    []
  )
  t.ok(codesOf(call('callApiOrders', { path: '/api/orders/{path}' })).includes('forbidden'))
  t.same(codesOf(call('getHealth', { method: 'get', path: '/healthz' })), ['internal_error'])
})

test('an operation without a row is an error', async t => {
  t.throws(() => codesOf(call('toString')), { message: /no row for the operation toString/ })
})
