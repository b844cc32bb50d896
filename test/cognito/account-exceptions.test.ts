/** The exceptions of challenges, accounts and passwords, and what becomes of them. */

import { account, cases, testTable } from './exception-cases.ts'

const unusable = cases('InvalidParameter | of our own making | upstream_error | invalid_parameter')

const challenge = cases(`
  CodeMismatch | Invalid code received for user | code_mismatch | wrong_code
  CodeMismatch | Invalid code or auth state for the user. | code_mismatch | wrong_code
  ExpiredCode | Your software token has already been used once. | code_expired | code_used
  ExpiredCode | Invalid code provided, please request a code again. | code_expired | code_expired
  NotAuthorized | Invalid session for the user. | challenge_expired | challenge_invalid
  NotAuthorized | Invalid session for the user, session is expired. | challenge_expired | challenge_lapsed
  NotAuthorized | Invalid session for the user, session can only be used once. | challenge_expired | challenge_used
  NotAuthorized | Password attempts exceeded | attempt_limit_exceeded | password_attempts_exceeded
  NotAuthorized | User is disabled. | invalid_credentials | user_disabled
  NotAuthorized | something new | challenge_expired | challenge_refused
  UserNotFound | User does not exist. | invalid_credentials | user_not_found
  SoftwareTokenMFANotFound | Software Token MFA does not exist for the user. | challenge_expired | mfa_not_set_up
  MFAMethodNotFound | no | challenge_unsupported | mfa_method_not_found
  InvalidPassword | Password did not conform with policy: Password not long enough | invalid_password | password_policy
  PasswordHistoryPolicyViolation | Password has previously been used | invalid_password | password_history
  InvalidParameter | Invalid attributes given, name is missing | invalid_request | attributes_refused
  AliasExists | An account with the email already exists. | alias_exists | alias_exists
`)

const signUp = cases(`
  UsernameExists | User already exists | email_exists | username_exists
  UsernameExists | An account with the given email already exists. | email_exists | username_exists
  NotAuthorized | SignUp is not permitted for this user pool | invalid_request | sign_up_closed
  InvalidPassword | Password did not conform with policy: Password must have numeric characters | invalid_password | password_policy
  InvalidParameter | 1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$ | invalid_password | malformed_password
  InvalidParameter | Attributes did not conform to the schema: email: The attribute is required | invalid_request | attributes_refused
  InvalidParameter | Invalid phone number format. | invalid_request | attributes_refused
  InvalidParameter | Username should be an email. | invalid_request | attributes_refused
  UserLambdaValidation | PreSignUp failed with error no. | refused_by_trigger | refused_by_trigger
  CodeDeliveryFailure | no | cognito_unavailable | code_delivery
  InvalidEmailRoleAccessPolicy | no | upstream_error | misconfigured_message_delivery
  LimitExceeded | Exceeded daily email limit for the operation or the account. | cognito_unavailable | email_quota
`)

const confirm = cases(`
  CodeMismatch | Invalid verification code provided, please try again. | code_mismatch | wrong_code
  ExpiredCode | Invalid code provided, please request a code again. | code_expired | code_expired
  TooManyFailedAttempts | no | attempt_limit_exceeded | attempt_limit
  UserNotFound | Username/client id combination not found. | email_not_found | user_not_found
  InvalidParameter | 1 validation error detected: Value '1 2' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+ | code_mismatch | malformed_code
  InvalidParameter | 1 validation error detected: Value at 'username' failed to satisfy constraint | invalid_request | attributes_refused
`)

const confirmSignUp = cases(`
  NotAuthorized | User cannot be confirmed. Current status is CONFIRMED | invalid_request | already_confirmed
  NotAuthorized | User cannot confirm because user status is not UNCONFIRMED. | invalid_request | already_confirmed
  NotAuthorized | User is disabled. | email_not_found | user_disabled
  AliasExists | An account with the email already exists. | alias_exists | alias_exists
`)

const resend = cases(`
  UserNotFound | Username/client id combination not found. | email_not_found | user_not_found
  InvalidParameter | User is already confirmed. | invalid_request | already_confirmed
  NotAuthorized | Cannot resend codes. Auto verification not turned on. | upstream_error | misconfigured_auto_verification
`)

const forgot = cases(`
  UserNotFound | Username/client id combination not found. | email_not_found | user_not_found
  InvalidParameter | Cannot reset password for the user as there is no registered/verified email or phone_number | invalid_request | reset_not_possible
  NotAuthorized | User password cannot be reset in the current state. | invalid_request | reset_not_possible
  NotAuthorized | Contact administrator to reset password. | invalid_request | reset_not_possible
  NotAuthorized | User is disabled. | email_not_found | user_disabled
  NotAuthorized | something new | upstream_error | not_authorized
`)

const reset = cases(`
  UserNotConfirmed | User is not confirmed. | user_not_confirmed | user_not_confirmed
  InvalidPassword | Password did not conform with policy: Password must have symbol characters | invalid_password | password_policy
  PasswordHistoryPolicyViolation | Password has previously been used | invalid_password | password_history
`)

const change = cases(`
  NotAuthorized | Incorrect username or password. | invalid_credentials | wrong_password
  InvalidPassword | Password did not conform with policy: Password must have uppercase characters | invalid_password | password_policy
  PasswordHistoryPolicyViolation | Password has previously been used | invalid_password | password_history
  InvalidParameter | 1 validation error detected: Value at 'previousPassword' failed to satisfy constraint | invalid_credentials | malformed_credentials
  InvalidParameter | 1 validation error detected: Value at 'proposedPassword' failed to satisfy constraint | invalid_password | malformed_password
`)

const attributes = cases(`
  AliasExists | An account with the email already exists. | alias_exists | alias_exists
  NotAuthorized | A client attempted to write unauthorized attribute | upstream_error | misconfigured_attribute_permissions
  InvalidParameter | Attributes did not conform to the schema: gender: no | invalid_request | attributes_refused
`)

const verification = cases(`
  CodeMismatch | Invalid verification code provided, please try again. | code_mismatch | wrong_code
  ExpiredCode | Invalid code provided, please request a code again. | code_expired | code_expired
  AliasExists | An account with the email already exists. | alias_exists | alias_exists
  InvalidParameter | 1 validation error detected: Value at 'code' failed to satisfy constraint | code_mismatch | malformed_code
  InvalidParameter | User does not have a phone number | invalid_request | nothing_to_verify
`)

const totp = cases(`
  EnableSoftwareTokenMFA | Code mismatch and fail enable Software Token MFA | code_mismatch | wrong_code
  InvalidParameter | 1 validation error detected: Value at 'userCode' failed to satisfy constraint | code_mismatch | malformed_code
  SoftwareTokenMFANotFound | Software token TOTP multi-factor authentication (MFA) is not enabled | invalid_request | mfa_not_offered
  SoftwareTokenMFANotFound | Software Token MFA does not exist for the user. | invalid_request | mfa_not_set_up
  ConcurrentModification | no | cognito_unavailable | concurrent_modification
`)

const email = 'a@example.com'
const code = '123456'
const newPassword = 'Correct-Horse-9'
const mfa = { kind: 'challenge', name: 'SMS_MFA', session: 's', username: 'u' } as const

testTable('each exception of challenges becomes the right error', [
  ['SMS_MFA', service => service.respondToChallenge(mfa, { kind: 'code', code }), challenge],
  [
    'MFA_SETUP',
    service => service.beginTotpAtLogin({ ...mfa, name: 'MFA_SETUP' }),
    challenge.filter(([, message]) => message.startsWith('Invalid session'))
  ]
])

testTable('each exception of sign-up becomes the right error', [
  ['signUp', service => service.signUp({ email, password: newPassword, attributes: {} }), signUp],
  [
    'confirmSignUp',
    service => service.confirmSignUp({ email, code }),
    [...confirm, ...confirmSignUp]
  ],
  ['resend', service => service.resendConfirmationCode(email), [...resend, ...unusable]]
])

testTable('each exception of passwords becomes the right error', [
  ['forgot', service => service.forgotPassword(email), [...forgot, ...unusable]],
  [
    'reset',
    service => service.confirmForgotPassword({ email, code, newPassword }),
    [...confirm, ...reset, ...unusable]
  ],
  [
    'change',
    service => service.changePassword('token', { currentPassword: 'x', newPassword }),
    [...account, ...change, ...unusable]
  ]
])

testTable('each exception of the profile becomes the right error', [
  [
    'updateAttributes',
    service => service.updateAttributes('token', { email }),
    [...account, ...attributes, ...unusable]
  ],
  [
    'deleteAttributes',
    service => service.deleteAttributes('token', ['gender']),
    [...account, ...attributes]
  ],
  [
    'getAttributeVerificationCode',
    service => service.getAttributeVerificationCode('token', 'email'),
    [...account, ...verification]
  ],
  [
    'verifyAttribute',
    service => service.verifyAttribute('token', 'email', code),
    [...account, ...verification]
  ],
  ['deleteUser', service => service.deleteUser('token'), [...account, ...unusable]]
])

testTable('each exception of second factors becomes the right error', [
  ['associate', service => service.associateSoftwareToken('token'), [...account, ...totp]],
  ['verify', service => service.verifySoftwareToken('token', { code }), [...account, ...totp]],
  ['getMfa', service => service.getMfa('token'), account]
])
