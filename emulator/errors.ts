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
  passwordPolicy: ['InvalidPasswordException', 'Password did not conform with policy: {0}'],
  passwordFlowOff: [
    'InvalidParameterException',
    'USER_PASSWORD_AUTH flow not enabled for this client'
  ],
  refreshFlowOff: ['InvalidParameterException', 'Refresh Token flow not enabled for this client'],
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

/** An error of the AWS JSON protocol: `name` is what clients dispatch on. */
export class CognitoError extends Error {
  override readonly name: string

  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

/**
 * The error to throw for a refusal.
 * @param details fill the numbered places of the message
 */
export function refusal(kind: Refusal, ...details: string[]): CognitoError {
  const [name, template] = catalogue[kind]
  const message = template.replace(/\{(\d)\}/g, (_, place) => details[Number(place)] ?? '')
  return new CognitoError(name, message)
}
