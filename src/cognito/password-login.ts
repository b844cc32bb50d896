/** Checks a password at Cognito, by SRP or by sending it (the app client's authentication flow). */
import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import type { InitiateAuthResponse } from '@aws-sdk/client-cognito-identity-provider'
import type {
  CognitoChallenge,
  Credentials,
  SignedIn,
  SignInPort
} from '../auth/identity-provider.ts'
import { AppError } from '../errors.ts'
import { readAuthResult } from './auth-result.ts'
import type { Context } from './context.ts'
import { isNonEmptyString } from './response-fields.ts'
import type { Ephemeral } from './srp/srp.ts'

export function createSignInOperations(context: Context): Pick<SignInPort, 'signIn'> {
  const signIn = context.authFlow === 'USER_SRP_AUTH' ? signInBySrp : signInByPassword
  return {
    signIn: async credentials => {
      await context.idTokens.ensureKeys()
      return await signIn(context, credentials)
    }
  }
}

async function signInByPassword(
  context: Context,
  { email, password }: Credentials
): Promise<SignedIn | CognitoChallenge> {
  const requestedAt = context.clock()
  const AuthParameters = {
    USERNAME: email,
    PASSWORD: password,
    ...context.secretHashParameter(email)
  }
  const response = await context.call('login', (sdk, deadline) =>
    sdk.initiateAuth(
      { AuthFlow: 'USER_PASSWORD_AUTH', ClientId: context.clientId, AuthParameters },
      deadline
    )
  )
  return await readAuthResult(context, response, requestedAt, email)
}

/** The two calls of USER_SRP_AUTH: the password itself never leaves this process. */
export async function signInBySrp(
  context: Context,
  credentials: Credentials
): Promise<SignedIn | CognitoChallenge> {
  const ephemeral = await context.srp.generateEphemeral()
  const requestedAt = context.clock()
  const first = await initiateSrp(context, credentials.email, ephemeral).catch(returnUnknownUser)
  if (first instanceof AppError) {
    // The pool reveals that the user does not exist. Do the work of a wrong password before throwing that
    // error: the response time of one call instead of two would reveal it, too.
    const decoy = decoyVerifier()
    await respondToPasswordVerifier(context, credentials, ephemeral, decoy).catch(rethrowOutage)
    throw first
  }
  if (first.ChallengeName !== 'PASSWORD_VERIFIER') {
    return await readAuthResult(context, first, requestedAt, credentials.email)
  }
  const verifier = readPasswordVerifier(first)
  return await respondToPasswordVerifier(context, credentials, ephemeral, verifier)
}

async function initiateSrp(
  context: Context,
  email: string,
  { srpA }: Ephemeral
): Promise<InitiateAuthResponse> {
  const AuthParameters = { USERNAME: email, SRP_A: srpA, ...context.secretHashParameter(email) }
  return await context.call('login', (sdk, deadline) =>
    sdk.initiateAuth(
      { AuthFlow: 'USER_SRP_AUTH', ClientId: context.clientId, AuthParameters },
      deadline
    )
  )
}

/** The parameters of the challenge PASSWORD_VERIFIER. */
interface PasswordVerifier {
  readonly userId: string
  readonly srpB: string
  readonly salt: string
  readonly secretBlock: string
  /** Set only where the flow began as USER_AUTH; then it must be sent back. */
  readonly session: string | undefined
}

async function respondToPasswordVerifier(
  context: Context,
  { password }: Credentials,
  ephemeral: Ephemeral,
  verifier: PasswordVerifier
): Promise<SignedIn | CognitoChallenge> {
  const { poolName } = context
  const { userId, secretBlock, session } = verifier
  const key = await context.srp
    .computeSessionKey({ ...verifier, ephemeral, poolName, password })
    .catch(throwIllegalNumbers)
  const requestedAt = context.clock()
  const timestamp = claimTimestamp(requestedAt)
  const ChallengeResponses = {
    // From here on the username and its hash are Cognito's id of the user, not what the user typed.
    USERNAME: userId,
    PASSWORD_CLAIM_SECRET_BLOCK: secretBlock,
    PASSWORD_CLAIM_SIGNATURE: claimSignature({ key, poolName, userId, secretBlock, timestamp }),
    TIMESTAMP: timestamp,
    ...context.secretHashParameter(userId)
  }
  const response = await context.call('login', (sdk, deadline) =>
    sdk.respondToAuthChallenge(
      {
        ChallengeName: 'PASSWORD_VERIFIER',
        ClientId: context.clientId,
        ChallengeResponses,
        Session: session
      },
      deadline
    )
  )
  return await readAuthResult(context, response, requestedAt, userId)
}

function readPasswordVerifier(response: InitiateAuthResponse): PasswordVerifier {
  const { ChallengeParameters: parameters = {}, Session: session } = response
  const { USER_ID_FOR_SRP: userId, SRP_B: srpB, SALT: salt, SECRET_BLOCK: secretBlock } = parameters
  if (!isNonEmptyString(userId) || !isNonEmptyString(secretBlock) || !isHex(srpB) || !isHex(salt)) {
    throw new AppError('upstream_error', { reason: 'srp_challenge_incomplete' })
  }
  return { userId, srpB, salt, secretBlock, session }
}

/** A made-up challenge in Cognito's form, for a user who does not exist. */
function decoyVerifier(): PasswordVerifier {
  return {
    userId: randomUUID(),
    srpB: randomBytes(383).toString('hex'),
    salt: randomBytes(16).toString('hex'),
    secretBlock: randomBytes(1024).toString('base64'),
    session: undefined
  }
}

/** Up to 768 digits: the group of Cognito's SRP has 3,072 bits. */
function isHex(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{1,768}$/i.test(text)
}

function returnUnknownUser(error: unknown): AppError {
  if (error instanceof AppError && error.reason === 'user_not_found') return error
  throw error
}

/** In an outage every user sees the second call fail. Any other result of a decoy means nothing. */
function rethrowOutage(error: unknown): void {
  if (error instanceof AppError && error.code === 'cognito_unavailable') throw error
}

function throwIllegalNumbers(cause: unknown): never {
  if (cause instanceof AppError) throw cause
  throw new AppError('upstream_error', { reason: 'srp_numbers_illegal', cause })
}

export interface ClaimSignatureInput {
  /** The session key of SRP. */
  readonly key: Uint8Array
  readonly poolName: string
  readonly userId: string
  /** SECRET_BLOCK of the challenge, base64. */
  readonly secretBlock: string
  readonly timestamp: string
}

/** PASSWORD_CLAIM_SIGNATURE, base64: proves knowledge of the session key, and so of the password. */
export function claimSignature(input: ClaimSignatureInput): string {
  return createHmac('sha256', input.key)
    .update(`${input.poolName}${input.userId}`, 'utf8')
    .update(Buffer.from(input.secretBlock, 'base64'))
    .update(input.timestamp, 'utf8')
    .digest('base64')
}

/**
 * TIMESTAMP of the claim, such as `Mon Jun 5 07:00:09 UTC 2017`. Cognito signs its own rendering of the
 * instant, which has no zero before the day: it would reject `05` as it rejects a wrong password.
 *
 * @param now milliseconds since the epoch.
 */
export function claimTimestamp(now: number): string {
  const [weekday, day, month, year, time] = new Date(now).toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`
}
