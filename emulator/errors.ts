/** Everything the pool can refuse: the exception's name and its exact message. */

const catalogue = {
  wrongPassword: ['NotAuthorizedException', 'Incorrect username or password.'],
  passwordAttemptsExceeded: ['NotAuthorizedException', 'Password attempts exceeded'],
  userDisabled: ['NotAuthorizedException', 'User is disabled.'],
  unauthorizedAttribute: [
    'NotAuthorizedException',
    'A client attempted to write unauthorized attribute'
  ],
  alreadyConfirmed: [
    'NotAuthorizedException',
    'User cannot be confirmed. Current status is CONFIRMED'
  ],
  autoVerificationOff: [
    'NotAuthorizedException',
    'Cannot resend codes. Auto verification not turned on.'
  ],
  refreshTokenRevoked: ['NotAuthorizedException', 'Refresh Token has been revoked'],
  refreshTokenExpired: ['NotAuthorizedException', 'Refresh Token has expired'],
  refreshTokenInvalid: ['NotAuthorizedException', 'Invalid Refresh Token'],
  refreshTokenReused: ['RefreshTokenReuseException', 'Refresh token reuse detected'],
  accessTokenRevoked: ['NotAuthorizedException', 'Access Token has been revoked'],
  accessTokenExpired: ['NotAuthorizedException', 'Access Token has expired'],
  accessTokenInvalid: ['NotAuthorizedException', 'Invalid Access Token'],
  accessTokenForged: ['NotAuthorizedException', 'Could not verify signature for Access Token'],
  resetByAdministrators: ['NotAuthorizedException', 'Contact administrator to reset password.'],
  codeDelivery: ['CodeDeliveryFailureException', 'The code could not be delivered.'],
  secretHashWrong: ['NotAuthorizedException', 'Unable to verify secret hash for client {0}'],
  secretHashMissing: [
    'NotAuthorizedException',
    'Client {0} is configured with secret but SECRET_HASH was not received'
  ],
  secretMissing: [
    'NotAuthorizedException',
    'Client {0} is configured for secret but secret was not received'
  ],
  secretWrong: ['NotAuthorizedException', 'Unable to verify secret for client {0}'],
  revokeUnauthorized: ['UnauthorizedException', 'Invalid client or secret'],
  revokeTokenType: ['UnsupportedTokenTypeException', 'Unsupported token type'],
  codeMismatch: ['CodeMismatchException', 'Invalid verification code provided, please try again.'],
  codeExpired: ['ExpiredCodeException', 'Invalid code provided, please request a code again.'],
  userUnknown: ['UserNotFoundException', 'User does not exist.'],
  usernameClientUnknown: ['UserNotFoundException', 'Username/client id combination not found.'],
  usernameExists: ['UsernameExistsException', 'User already exists'],
  userNotConfirmed: ['UserNotConfirmedException', 'User is not confirmed.'],
  passwordResetRequired: ['PasswordResetRequiredException', 'Password reset required for the user'],
  attemptLimit: ['LimitExceededException', 'Attempt limit exceeded, please try after some time.'],
  passwordHistory: ['PasswordHistoryPolicyViolationException', 'Password has previously been used'],
  temporaryPasswordExpired: [
    'NotAuthorizedException',
    'Temporary password has expired and must be reset by an administrator.'
  ],
  sessionInvalid: ['NotAuthorizedException', 'Invalid session for the user.'],
  sessionExpired: ['NotAuthorizedException', 'Invalid session for the user, session is expired.'],
  sessionUsed: [
    'NotAuthorizedException',
    'Invalid session for the user, session can only be used once.'
  ],
  signUpForbidden: ['NotAuthorizedException', 'SignUp is not permitted for this user pool'],
  resetImpossible: [
    'NotAuthorizedException',
    'User password cannot be reset in the current state.'
  ],
  totpMismatch: ['CodeMismatchException', 'Invalid code received for user'],
  smsCodeMismatch: ['CodeMismatchException', 'Invalid code or auth state for the user.'],
  totpUsed: ['ExpiredCodeException', 'Your software token has already been used once.'],
  totpSetupMismatch: [
    'EnableSoftwareTokenMFAException',
    'Code mismatch and fail enable Software Token MFA'
  ],
  totpMissing: [
    'SoftwareTokenMFANotFoundException',
    'Software Token MFA does not exist for the user.'
  ],
  totpOff: [
    'SoftwareTokenMFANotFoundException',
    'Software Token MFA has not been enabled by the userPool'
  ],
  factorUnknown: ['MFAMethodNotFoundException', 'The user has no MFA method {0}.'],
  factorNotReady: [
    'InvalidParameterException',
    'User does not have delivery config set to turn on {0}'
  ],
  factorNeeded: ['InvalidParameterException', 'The pool requires MFA: one factor must stay.'],
  onePreferred: ['InvalidParameterException', 'Only one MFA factor can be preferred.'],
  passkeysOff: ['WebAuthnNotEnabledException', 'WebAuthn is not enabled for this user pool.'],
  relyingPartyMissing: [
    'WebAuthnConfigurationMissingException',
    'The user pool has no relying party ID.'
  ],
  relyingPartyMismatch: [
    'WebAuthnRelyingPartyMismatchException',
    'The credential was made for another relying party.'
  ],
  originNotAllowed: [
    'WebAuthnOriginNotAllowedException',
    'The origin is not one of the relying party.'
  ],
  passkeyChallengeUnknown: [
    'WebAuthnChallengeNotFoundException',
    'The challenge is unknown or was used already.'
  ],
  credentialNotSupported: [
    'WebAuthnCredentialNotSupportedException',
    'The algorithm of the credential is not supported.'
  ],
  credentialInvalid: ['InvalidParameterException', 'Credential data is not valid'],
  passkeyRefused: ['NotAuthorizedException', 'The passkey was not accepted.'],
  passkeyUnknown: ['ResourceNotFoundException', 'The credential does not exist.'],
  tooManyPasskeys: ['LimitExceededException', 'The user has the most passkeys that are allowed.'],
  aliasExists: ['AliasExistsException', 'An account with the {0} already exists.'],
  noRecoveryChannel: [
    'InvalidParameterException',
    'Cannot reset password for the user as there is no registered/verified email or phone_number'
  ],
  attributeFixed: ['InvalidParameterException', 'Cannot modify an already provided {0}'],
  attributeAbsent: ['InvalidParameterException', 'The user has no {0} to verify.'],
  oneCredential: [
    'InvalidParameterException',
    'Send either an access token or a session, not both.'
  ],
  poolUnknown: ['ResourceNotFoundException', 'User pool {0} does not exist.'],
  notPending: [
    'UnsupportedUserStateException',
    'The user has no temporary password to send again.'
  ],
  unsigned: ['MissingAuthenticationTokenException', 'Missing Authentication Token'],
  passwordPolicy: ['InvalidPasswordException', 'Password did not conform with policy: {0}'],
  passwordFlowOff: [
    'InvalidParameterException',
    'USER_PASSWORD_AUTH flow not enabled for this client'
  ],
  refreshFlowOff: ['InvalidParameterException', 'Refresh Token flow not enabled for this client'],
  userAuthFlowOff: ['InvalidParameterException', 'USER_AUTH flow not enabled for this client'],
  flowUnknown: ['InvalidParameterException', 'Initiate Auth method not supported.'],
  challengeUnsupported: ['InvalidParameterException', 'The local Cognito does not ask for {0}.'],
  parameterMissing: ['InvalidParameterException', 'Missing required parameter {0}'],
  srpAInvalid: ['InvalidParameterException', 'Invalid SRP_A value.'],
  timestampFormat: [
    'InvalidParameterException',
    'TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.'
  ],
  userAlreadyConfirmed: ['InvalidParameterException', 'User is already confirmed.'],
  attributeSchema: ['InvalidParameterException', 'Attributes did not conform to the schema: {0}'],
  emailFormat: ['InvalidParameterException', 'Invalid email address format.'],
  phoneFormat: ['InvalidParameterException', 'Invalid phone number format.'],
  usernameNotEmail: ['InvalidParameterException', 'Username should be an email.'],
  emailNotUsername: [
    'InvalidParameterException',
    'User email should be empty or same as username, since username attribute is email'
  ],
  clientUnknown: ['ResourceNotFoundException', 'User pool client {0} does not exist.'],
  validation: ['InvalidParameterException', '{0}'],
  unreadable: ['SerializationException', '{0}'],
  operationUnknown: ['UnknownOperationException', 'The local Cognito has no operation {0}.'],
  internal: ['InternalErrorException', 'Something went wrong']
} as const satisfies Record<string, readonly [name: string, message: string]>

export type Refusal = keyof typeof catalogue

export const refusals = Object.keys(catalogue)

/** An error of the AWS JSON protocol: `name` is what clients dispatch on. */
export class CognitoError extends Error {
  override readonly name: string
  /** Its place in the catalogue, for the switch that changes texts. */
  readonly kind: Refusal | undefined

  constructor(name: string, message: string, kind?: Refusal) {
    super(message)
    this.name = name
    this.kind = kind
  }
}

/**
 * The error to throw for a refusal.
 * @param details fill the numbered places of the message
 */
export function refusal(kind: Refusal, ...details: string[]): CognitoError {
  const [name, template] = catalogue[kind]
  const message = template.replace(/\{(\d)\}/g, (_, place) => details[Number(place)] ?? '')
  return new CognitoError(name, message, kind)
}
