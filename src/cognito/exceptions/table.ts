/**
 * Every exception of Cognito's public operations and what it means here: the first row of its name
 * that fits the step and the message. The messages are Cognito's, as recorded from the live service.
 */

import { invalidParameter, policyRule, policySentence } from './invalid-parameter.ts'
import { notAuthorized } from './not-authorized.ts'
import { about, accountSteps, misconfigured, type Row } from './row.ts'

const outage = (reason: string): readonly Row[] => [{ code: 'cognito_unavailable', reason }]
const throttled = outage('throttled')
const failing = outage('cognito_failing')
const delivery = [misconfigured('message_delivery')]
const pool = [misconfigured('user_pool')]
const tooManyAttempts: readonly Row[] = [
  { code: 'attempt_limit_exceeded', reason: 'attempt_limit' }
]
const wrongCode: readonly Row[] = [{ code: 'code_mismatch', reason: 'wrong_code' }]
const ended = ['refresh', 'revoke', ...accountSteps] as const

/** A trigger of the pool failed. At a refresh that says nothing about the token: the session stays. */
const triggerFailed: readonly Row[] = [
  { at: ['refresh'], code: 'cognito_unavailable', reason: 'trigger_failed' },
  { code: 'upstream_error', reason: 'trigger_failed' }
]

/** The UserMigration trigger threw: no other exception is made of that. */
const migration = /^Exception migrating user/

const rows: Readonly<Record<string, readonly Row[]>> = {
  NotAuthorizedException: notAuthorized,
  InvalidParameterException: invalidParameter,

  // The account.
  UserNotFoundException: [
    { says: migration, code: 'refused_by_trigger', reason: 'trigger_failed' },
    { at: ['login', 'challenge'], code: 'invalid_credentials', reason: 'user_not_found' },
    { at: ended, code: 'session_expired', reason: 'user_not_found' },
    { code: 'email_not_found', reason: 'user_not_found' }
  ],
  UserNotConfirmedException: [
    { at: ended, code: 'session_expired', reason: 'user_not_confirmed' },
    { code: 'user_not_confirmed', reason: 'user_not_confirmed' }
  ],
  PasswordResetRequiredException: [
    { at: ended, code: 'session_expired', reason: 'password_reset_required' },
    { code: 'password_reset_required', reason: 'password_reset_required' }
  ],
  UsernameExistsException: [{ code: 'email_exists', reason: 'username_exists' }],
  AliasExistsException: [{ code: 'alias_exists', reason: 'alias_exists' }],

  // Passwords and codes.
  InvalidPasswordException: [
    {
      code: 'invalid_password',
      reason: 'password_policy',
      detail: policySentence,
      passwordRule: policyRule
    }
  ],
  PasswordHistoryPolicyViolationException: [
    {
      code: 'invalid_password',
      reason: 'password_history',
      detail: 'The password has been used before. Choose another.',
      passwordRule: 'used_before'
    }
  ],
  CodeMismatchException: wrongCode,
  EnableSoftwareTokenMFAException: wrongCode,
  ExpiredCodeException: [
    {
      says: /already been used/,
      code: 'code_expired',
      reason: 'code_used',
      detail: 'The code has been used already. Wait for the next one.'
    },
    { code: 'code_expired', reason: 'code_expired' }
  ],
  SoftwareTokenMFANotFoundException: [
    { at: ['challenge'], code: 'challenge_expired', reason: 'mfa_not_set_up' },
    {
      says: /not enabled/,
      code: 'invalid_request',
      reason: 'mfa_not_offered',
      detail: 'Authenticator apps cannot be used here.',
      errors: about('enabled', 'must hold only methods that the user pool has')
    },
    {
      code: 'invalid_request',
      reason: 'mfa_not_set_up',
      detail: 'Set up the authenticator first.',
      errors: about('enabled', 'must hold only methods that are set up')
    }
  ],
  MFAMethodNotFoundException: [{ code: 'challenge_unsupported', reason: 'mfa_method_not_found' }],

  // Tokens.
  RefreshTokenReuseException: [{ code: 'session_expired', reason: 'refresh_token_reused' }],
  UnauthorizedException: [misconfigured('client_secret')],
  UnsupportedOperationException: [
    misconfigured('token_revocation', { at: ['revoke'] }),
    misconfigured('auth_flow')
  ],

  // Caps of one user, quotas of the account, outages.
  LimitExceededException: [
    { says: /daily email limit/, code: 'cognito_unavailable', reason: 'email_quota' },
    ...tooManyAttempts
  ],
  TooManyFailedAttemptsException: tooManyAttempts,
  TooManyRequestsException: throttled,
  ThrottlingException: throttled,
  RequestLimitExceeded: throttled,
  InternalErrorException: failing,
  InternalFailure: failing,
  ServiceUnavailableException: failing,
  ConcurrentModificationException: outage('concurrent_modification'),
  CodeDeliveryFailureException: outage('code_delivery'),

  // Triggers.
  UnexpectedLambdaException: triggerFailed,
  InvalidLambdaResponseException: triggerFailed,
  UserLambdaValidationException: [
    { at: ['refresh'], code: 'cognito_unavailable', reason: 'refused_by_trigger' },
    { code: 'refused_by_trigger', reason: 'refused_by_trigger' }
  ],

  // What an operator has to mend.
  ResourceNotFoundException: [
    misconfigured('client_id', { says: /client/i }),
    misconfigured('user_pool')
  ],
  ForbiddenException: [{ code: 'upstream_error', reason: 'blocked_by_waf' }],
  OperationNotEnabledException: pool,
  FeatureUnavailableInTierException: pool,
  InvalidUserPoolConfigurationException: pool,
  InvalidEmailRoleAccessPolicyException: delivery,
  InvalidSmsRoleAccessPolicyException: delivery,
  InvalidSmsRoleTrustRelationshipException: delivery
}

/** By exception name. A map, because the name comes from outside: `constructor` is none. */
export const table: ReadonlyMap<string, readonly Row[]> = new Map(Object.entries(rows))
