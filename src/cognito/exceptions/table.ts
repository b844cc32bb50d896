/**
 * Every exception of Cognito's public operations and the error that it becomes: the first row under its name that
 * matches the step and the message decides. The messages are Cognito's, as recorded from AWS.
 */

import { invalidParameter, policyRule, policySentence } from './invalid-parameter.ts'
import { notAuthorized } from './not-authorized.ts'
import {
  accountSteps,
  type ExceptionRow,
  fieldError,
  misconfigured,
  userMigrationMessage
} from './row.ts'

const outage = (reason: string): readonly ExceptionRow[] => [
  { code: 'cognito_unavailable', reason }
]
const throttled = outage('throttled')
const failing = outage('cognito_failing')
const delivery = [misconfigured('message_delivery')]
const pool = [misconfigured('user_pool')]
const tooManyAttempts: readonly ExceptionRow[] = [
  { code: 'attempt_limit_exceeded', reason: 'attempt_limit' }
]
const wrongCode: readonly ExceptionRow[] = [{ code: 'code_mismatch', reason: 'wrong_code' }]
const tokenSteps = ['refresh', 'revoke', ...accountSteps] as const

/** A trigger of the pool failed. At a refresh that says nothing about the token, and the session goes on. */
const triggerFailed: readonly ExceptionRow[] = [
  { steps: ['refresh'], code: 'cognito_unavailable', reason: 'trigger_failed' },
  { code: 'upstream_error', reason: 'trigger_failed' }
]

const rows: Readonly<Record<string, readonly ExceptionRow[]>> = {
  NotAuthorizedException: notAuthorized,
  InvalidParameterException: invalidParameter,

  // The account.
  UserNotFoundException: [
    { message: userMigrationMessage, code: 'refused_by_trigger', reason: 'trigger_failed' },
    { steps: ['login', 'challenge'], code: 'invalid_credentials', reason: 'user_not_found' },
    { steps: tokenSteps, code: 'session_expired', reason: 'user_not_found' },
    { code: 'email_not_found', reason: 'user_not_found' }
  ],
  UserNotConfirmedException: [
    { steps: tokenSteps, code: 'session_expired', reason: 'user_not_confirmed' },
    { code: 'user_not_confirmed', reason: 'user_not_confirmed' }
  ],
  PasswordResetRequiredException: [
    { steps: tokenSteps, code: 'session_expired', reason: 'password_reset_required' },
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
      message: /already been used/,
      code: 'code_expired',
      reason: 'code_used',
      detail: 'The code has been used already. Wait for the next one.'
    },
    { code: 'code_expired', reason: 'code_expired' }
  ],
  SoftwareTokenMFANotFoundException: [
    { steps: ['challenge'], code: 'challenge_expired', reason: 'mfa_not_set_up' },
    {
      message: /not enabled/,
      code: 'invalid_request',
      reason: 'mfa_not_offered',
      detail: 'Authenticator apps cannot be used here.',
      errors: fieldError('enabled', 'must hold only methods that the user pool has')
    },
    {
      code: 'invalid_request',
      reason: 'mfa_not_set_up',
      detail: 'Set up the authenticator first.',
      errors: fieldError('enabled', 'must hold only methods that are set up')
    }
  ],
  MFAMethodNotFoundException: [{ code: 'challenge_unsupported', reason: 'mfa_method_not_found' }],

  // Tokens.
  RefreshTokenReuseException: [{ code: 'session_expired', reason: 'refresh_token_reused' }],
  UnauthorizedException: [misconfigured('client_secret')],
  UnsupportedOperationException: [
    misconfigured('token_revocation', { steps: ['revoke'] }),
    misconfigured('auth_flow')
  ],

  // Limits per user, quotas of the AWS account, outages.
  LimitExceededException: [
    { message: /daily email limit/, code: 'cognito_unavailable', reason: 'email_quota' },
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
    { steps: ['refresh'], code: 'cognito_unavailable', reason: 'refused_by_trigger' },
    { code: 'refused_by_trigger', reason: 'refused_by_trigger' }
  ],

  // Faults that an operator has to correct.
  ResourceNotFoundException: [
    misconfigured('client_id', { message: /client/i }),
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

/** The rows by exception name. A map instead of an object: names come from outside, such as `constructor`. */
export const exceptionTable: ReadonlyMap<string, readonly ExceptionRow[]> = new Map(
  Object.entries(rows)
)
