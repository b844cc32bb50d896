/**
 * The meanings of NotAuthorizedException, the name under which Cognito reports wrong passwords, dead
 * tokens, lapsed challenges, forbidden operations and a client secret that does not fit.
 */

import { about, accountSteps, misconfigured, type Row } from './row.ts'

const tokens: readonly Row[] = [
  {
    at: ['refresh', 'revoke'],
    says: /has been revoked/,
    code: 'session_expired',
    reason: 'refresh_token_revoked'
  },
  {
    at: ['refresh', 'revoke'],
    says: /has expired/,
    code: 'session_expired',
    reason: 'refresh_token_expired'
  },
  { at: ['refresh'], says: /disabled/, code: 'session_expired', reason: 'user_disabled' },
  // Without a text that is known it is still a refusal of the token: nothing else is being asked.
  { at: ['refresh', 'revoke'], code: 'session_expired', reason: 'refresh_token_invalid' }
]

const account: readonly Row[] = [
  {
    at: ['change_password'],
    says: /Incorrect username or password/,
    code: 'invalid_credentials',
    reason: 'wrong_password'
  },
  misconfigured('scopes', { at: accountSteps, says: /required scopes/ }),
  {
    at: accountSteps,
    says: /Access Token has been revoked/i,
    code: 'session_expired',
    reason: 'access_token_revoked'
  },
  {
    at: accountSteps,
    says: /Access Token has expired/i,
    code: 'session_expired',
    reason: 'access_token_expired'
  },
  {
    at: accountSteps,
    says: /Access Token/i,
    code: 'session_expired',
    reason: 'access_token_invalid'
  },
  { at: accountSteps, says: /disabled/, code: 'session_expired', reason: 'user_disabled' },
  misconfigured('attribute_permissions', {
    at: ['attributes', 'sign_up'],
    says: /unauthorized attribute/i
  })
]

const signIn: readonly Row[] = [
  {
    at: ['login'],
    says: /Temporary password has expired/,
    code: 'password_reset_required',
    reason: 'temporary_password_expired',
    detail: 'The temporary password has expired. Ask an administrator for a new one.'
  },
  {
    at: ['login'],
    says: /security reasons/,
    code: 'invalid_credentials',
    reason: 'threat_protection'
  },
  {
    at: ['login', 'challenge'],
    says: /disabled/,
    code: 'invalid_credentials',
    reason: 'user_disabled'
  },
  { at: ['login'], code: 'invalid_credentials', reason: 'wrong_password' },
  {
    at: ['challenge', 'totp'],
    says: /session is expired/,
    code: 'challenge_expired',
    reason: 'challenge_lapsed'
  },
  {
    at: ['challenge', 'totp'],
    says: /only be used once/,
    code: 'challenge_expired',
    reason: 'challenge_used'
  },
  {
    at: ['challenge', 'totp'],
    says: /Invalid session/,
    code: 'challenge_expired',
    reason: 'challenge_invalid'
  },
  {
    at: ['challenge'],
    says: /unauthorized attribute/i,
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
  { at: ['challenge'], code: 'challenge_expired', reason: 'challenge_refused' }
]

const signUp: readonly Row[] = [
  {
    at: ['sign_up'],
    says: /not permitted/,
    code: 'invalid_request',
    reason: 'sign_up_closed',
    detail: 'Sign-up is not available here.',
    errors: about('email', 'cannot be signed up here')
  },
  {
    at: ['confirm_sign_up'],
    says: /CONFIRMED/,
    code: 'invalid_request',
    reason: 'already_confirmed',
    detail: 'The account is already confirmed. Log in.',
    errors: about('email', 'is confirmed already')
  },
  misconfigured('auto_verification', { at: ['resend'], says: /Auto verification/ }),
  {
    at: ['forgot'],
    says: /cannot be reset|administrator/,
    code: 'invalid_request',
    reason: 'reset_not_possible',
    detail: 'The password of this account cannot be reset here.',
    errors: about('email', 'is of an account whose password cannot be reset')
  },
  {
    at: ['confirm_sign_up', 'resend', 'forgot', 'reset'],
    says: /disabled/,
    code: 'email_not_found',
    reason: 'user_disabled'
  }
]

export const notAuthorized: readonly Row[] = [
  { says: /^Exception migrating user/, code: 'refused_by_trigger', reason: 'trigger_failed' },
  misconfigured('client_secret', { says: /secret/i }),
  {
    says: /Password attempts exceeded/,
    code: 'attempt_limit_exceeded',
    reason: 'password_attempts_exceeded'
  },
  ...tokens,
  ...account,
  ...signIn,
  ...signUp,
  { code: 'upstream_error', reason: 'not_authorized' }
]
