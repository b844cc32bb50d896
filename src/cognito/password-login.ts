/** The two calls of USER_SRP_AUTH: the password itself never leaves this process. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import type { InitiateAuthResponse } from '@aws-sdk/client-cognito-identity-provider'
import type { ChallengeIssued, SignedIn, SignInPort } from '../auth/identity-provider.ts'
import { AppError } from '../errors.ts'
import { outcome } from './outcome.ts'
import type { Context } from './service.ts'
import { isText } from './shapes.ts'
import type { Ephemeral } from './srp/srp.ts'

/** What PASSWORD_VERIFIER asks with. */
interface Verifier {
  readonly userId: string
  readonly srpB: string
  readonly salt: string
  readonly secretBlock: string
  /** Only where the flow began as USER_AUTH; echoed then. */
  readonly session: string | undefined
}

export async function signInBySrp(
  context: Context,
  credentials: Credentials
): Promise<SignedIn | ChallengeIssued> {
  const ephemeral = await context.srp.begin()
  const askedAt = context.clock()
  const first = await initiate(context, credentials.email, ephemeral).catch(keepUnknownUser)
  if (first instanceof AppError) {
    // The pool told that there is no such user. Do all the work of a wrong password, and then say so:
    // one call instead of two would tell the caller by the clock.
    await prove(context, credentials, ephemeral, decoy()).catch(onlyOutages)
    throw first
  }
  if (first.ChallengeName !== 'PASSWORD_VERIFIER') {
    return await outcome(context, first, askedAt, credentials.email)
  }
  return await prove(context, credentials, ephemeral, readVerifier(first))
}

async function initiate(
  context: Context,
  email: string,
  { srpA }: Ephemeral
): Promise<InitiateAuthResponse> {
  const AuthParameters = { USERNAME: email, SRP_A: srpA, ...context.secretFor(email) }
  return await context.ask('login', (sdk, deadline) =>
    sdk.initiateAuth(
      { AuthFlow: 'USER_SRP_AUTH', ClientId: context.clientId, AuthParameters },
      deadline
    )
  )
}

async function prove(
  context: Context,
  { password }: Credentials,
  ephemeral: Ephemeral,
  verifier: Verifier
): Promise<SignedIn | ChallengeIssued> {
  const { poolName } = context
  const { userId, secretBlock, session } = verifier
  const key = await context.srp
    .sessionKey({ ...verifier, ephemeral, poolName, password })
    .catch(refuseNumbers)
  const askedAt = context.clock()
  const timestamp = claimTimestamp(askedAt)
  const ChallengeResponses = {
    // The name and its hash are Cognito's id of the user from here on, not what was typed.
    USERNAME: userId,
    PASSWORD_CLAIM_SECRET_BLOCK: secretBlock,
    PASSWORD_CLAIM_SIGNATURE: claimSignature({ key, poolName, userId, secretBlock, timestamp }),
    TIMESTAMP: timestamp,
    ...context.secretFor(userId)
  }
  const answer = await context.ask('login', (sdk, deadline) =>
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
  return await outcome(context, answer, askedAt, userId)
}

function readVerifier({ ChallengeParameters: sent = {}, Session }: InitiateAuthResponse): Verifier {
  const { USER_ID_FOR_SRP: userId, SRP_B: srpB, SALT: salt, SECRET_BLOCK: secretBlock } = sent
  if (!isText(userId) || !isText(secretBlock) || !isHex(srpB) || !isHex(salt)) {
    throw new AppError('upstream_error', { reason: 'srp_challenge_incomplete' })
  }
  return { userId, srpB, salt, secretBlock, session: Session }
}

/** A challenge as Cognito might have put it, for a user who does not exist. */
function decoy(): Verifier {
  return {
    userId: randomUUID(),
    srpB: randomBytes(383).toString('hex'),
    salt: randomBytes(16).toString('hex'),
    secretBlock: randomBytes(1024).toString('base64'),
    session: undefined
  }
}

/** 3,072 bits are 768 digits; longer is not the protocol's. */
function isHex(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{1,768}$/i.test(text)
}

function keepUnknownUser(error: unknown): AppError {
  if (error instanceof AppError && error.reason === 'user_not_found') return error
  throw error
}

/** An outage shows at the second call for everyone; any other answer to a decoy means nothing. */
function onlyOutages(error: unknown): void {
  if (error instanceof AppError && error.code === 'cognito_unavailable') throw error
}

function refuseNumbers(cause: unknown): never {
  if (cause instanceof AppError) throw cause
  throw new AppError('upstream_error', { reason: 'srp_numbers_illegal', cause })
}

// Checks a password at Cognito, by SRP or by sending it.

export interface Credentials {
  readonly email: string
  readonly password: string
}

export function createSignIn(context: Context): Pick<SignInPort, 'signIn'> {
  const flow = context.authFlow === 'USER_SRP_AUTH' ? signInBySrp : signInByPassword
  return {
    signIn: async credentials => {
      await context.idTokens.ready()
      return await flow(context, credentials)
    }
  }
}

async function signInByPassword(
  context: Context,
  { email, password }: Credentials
): Promise<SignedIn | ChallengeIssued> {
  const askedAt = context.clock()
  const AuthParameters = { USERNAME: email, PASSWORD: password, ...context.secretFor(email) }
  const answer = await context.ask('login', (sdk, deadline) =>
    sdk.initiateAuth(
      { AuthFlow: 'USER_PASSWORD_AUTH', ClientId: context.clientId, AuthParameters },
      deadline
    )
  )
  return await outcome(context, answer, askedAt, email)
}

// The proof that answers PASSWORD_VERIFIER: a signature by the session key of SRP.

export interface ClaimInput {
  readonly key: Uint8Array
  readonly poolName: string
  readonly userId: string
  /** SECRET_BLOCK of the challenge, base64. */
  readonly secretBlock: string
  readonly timestamp: string
}

/** PASSWORD_CLAIM_SIGNATURE: the proof that the key is known. */
export function claimSignature(input: ClaimInput): string {
  return createHmac('sha256', input.key)
    .update(`${input.poolName}${input.userId}`, 'utf8')
    .update(Buffer.from(input.secretBlock, 'base64'))
    .update(input.timestamp, 'utf8')
    .digest('base64')
}

/**
 * TIMESTAMP of the claim, like `Mon Jun 5 07:00:09 UTC 2017`. Cognito signs its own rendering of the
 * instant, which has no zero before the day: `05` would be answered like a wrong password.
 *
 * @param now milliseconds since the epoch.
 */
export function claimTimestamp(now: number): string {
  const [weekday, day, month, year, time] = new Date(now).toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`
}
