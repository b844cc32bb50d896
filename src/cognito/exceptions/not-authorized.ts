/**
 * The meanings of NotAuthorizedException, which Cognito returns for wrong passwords, invalid tokens, expired
 * challenges, forbidden operations and a wrong client secret.
 */

import {
  accountSteps,
  type ExceptionRow,
  fieldError,
  misconfigured,
  userMigrationMessage
} from './row.ts'

const tokens: readonly ExceptionRow[] = [
  {
    steps: ['refresh', 'revoke'],
    message: /has been revoked/,
    code: 'session_expired',
    reason: 'refresh_token_revoked'
  },
  {
    steps: ['refresh', 'revoke'],
    message: /has expired/,
    code: 'session_expired',
    reason: 'refresh_token_expired'
  },
  { steps: ['refresh'], message: /disabled/, code: 'session_expired', reason: 'user_disabled' },
  // Any other message is a rejection of the token, too: these operations check nothing else.
  { steps: ['refresh', 'revoke'], code: 'session_expired', reason: 'refresh_token_invalid' }
]

const account: readonly ExceptionRow[] = [
  {
    steps: ['change_password'],
    message: /Incorrect username or password/,
    code: 'invalid_credentials',
    reason: 'wrong_password'
  },
  misconfigured('scopes', { steps: accountSteps, message: /required scopes/ }),
  {
    steps: accountSteps,
    message: /Access Token has been revoked/i,
    code: 'session_expired',
    reason: 'access_token_revoked'
  },
  {
    steps: accountSteps,
    message: /Access Token has expired/i,
    code: 'session_expired',
    reason: 'access_token_expired'
  },
  {
    steps: accountSteps,
    message: /Access Token/i,
    code: 'session_expired',
    reason: 'access_token_invalid'
  },
  { steps: accountSteps, message: /disabled/, code: 'session_expired', reason: 'user_disabled' },
  misconfigured('attribute_permissions', {
    steps: ['attributes', 'sign_up'],
    message: /unauthorized attribute/i
  })
]

const signIn: readonly ExceptionRow[] = [
  {
    steps: ['login'],
    message: /Temporary password has expired/,
    code: 'password_reset_required',
    reason: 'temporary_password_expired',
    detail: 'The temporary password has expired. Ask an administrator for a new one.'
  },
  {
    steps: ['login'],
    message: /security reasons/,
    code: 'invalid_credentials',
    reason: 'threat_protection'
  },
  {
    steps: ['login', 'challenge'],
    message: /disabled/,
    code: 'invalid_credentials',
    reason: 'user_disabled'
  },
  { steps: ['login'], code: 'invalid_credentials', reason: 'wrong_password' },
  {
    steps: ['challenge', 'totp'],
    message: /session is expired/,
    code: 'challenge_expired',
    reason: 'challenge_lapsed'
  },
  {
    steps: ['challenge', 'totp'],
    message: /only be used once/,
    code: 'challenge_expired',
    reason: 'challenge_used'
  },
  {
    steps: ['challenge', 'totp'],
    message: /Invalid session/,
    code: 'challenge_expired',
    reason: 'challenge_invalid'
  },
  {
    steps: ['challenge'],
    message: /unauthorized attribute/i,
    code: 'invalid_request',
    reason: 'attributes_refused',
    errors: () => [
      {
        field: 'attributes',
        message: 'must not contain any that a user may not set',
        code: 'not_allowed'
      }
    ]
  },
  { steps: ['challenge'], code: 'challenge_expired', reason: 'challenge_refused' }
]

const signUp: readonly ExceptionRow[] = [
  {
    steps: ['sign_up'],
    message: /not permitted/,
    code: 'invalid_request',
    reason: 'sign_up_closed',
    detail: 'Sign-up is not available here.',
    errors: fieldError('email', 'cannot be signed up here')
  },
  {
    steps: ['confirm_sign_up'],
    message: /CONFIRMED/,
    code: 'invalid_request',
    reason: 'already_confirmed',
    detail: 'The account is already confirmed. Log in.',
    errors: fieldError('email', 'is confirmed already')
  },
  misconfigured('auto_verification', { steps: ['resend'], message: /Auto verification/ }),
  {
    steps: ['forgot'],
    message: /cannot be reset|administrator/,
    code: 'invalid_request',
    reason: 'reset_not_possible',
    detail: 'The password of this account cannot be reset here.',
    errors: fieldError('email', 'is of an account whose password cannot be reset')
  },
  {
    steps: ['confirm_sign_up', 'resend', 'forgot', 'reset'],
    message: /disabled/,
    code: 'email_not_found',
    reason: 'user_disabled'
  }
]

export const notAuthorized: readonly ExceptionRow[] = [
  { message: userMigrationMessage, code: 'refused_by_trigger', reason: 'trigger_failed' },
  misconfigured('client_secret', { message: /secret/i }),
  {
    message: /Password attempts exceeded/,
    code: 'attempt_limit_exceeded',
    reason: 'password_attempts_exceeded'
  },
  ...tokens,
  ...account,
  ...signIn,
  ...signUp,
  { code: 'upstream_error', reason: 'not_authorized' }
]
