/** Checks what authenticators sign, by a library that is certified for it. */

import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { type CognitoError, refusal } from '../errors.ts'
import type { PoolSettings } from '../settings.ts'
import type { Passkey } from '../users/passkey.ts'
import { relyingPartyOf } from './options.ts'

/**
 * The passkey that a browser has made.
 * @throws CognitoError WebAuthn*Exception, InvalidParameterException
 */
export async function verifyRegistration(
  settings: PoolSettings,
  credential: unknown,
  challenge: string,
  now: number
): Promise<Passkey> {
  const response = credential as RegistrationResponseJSON // the library checks every member
  const relyingPartyId = relyingPartyOf(settings)
  const origin = checkedOrigin(response, challenge, relyingPartyId)
  // Loaded when it is first used: a local run without passkeys need not wait for it.
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
  const { registrationInfo } = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: relyingPartyId,
    requireUserVerification: settings.passkeyUserVerification === 'required',
    supportedAlgorithmIDs: [-7, -257]
  }).catch((error: unknown) => {
    throw whatIsWrong(error)
  })
  if (registrationInfo === undefined) throw refusal('credentialInvalid')
  return {
    id: registrationInfo.credential.id,
    publicKey: registrationInfo.credential.publicKey,
    counter: registrationInfo.credential.counter,
    transports: response.response.transports ?? [],
    attachment: response.authenticatorAttachment,
    name: 'Passkey',
    relyingPartyId,
    createdAt: now
  }
}

/**
 * Checks the assertion of a sign-in. Returns the passkey's new counter.
 * @throws CognitoError NotAuthorizedException, or as verifyRegistration
 */
export async function verifyAssertion(
  settings: PoolSettings,
  passkey: Passkey,
  credential: unknown,
  challenge: string
): Promise<number> {
  const response = credential as AuthenticationResponseJSON // the library checks every member
  const relyingPartyId = relyingPartyOf(settings)
  const origin = checkedOrigin(response, challenge, relyingPartyId)
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
  const { id, publicKey, counter } = passkey
  const outcome = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: relyingPartyId,
    credential: { id, publicKey, counter },
    requireUserVerification: settings.passkeyUserVerification === 'required'
  }).catch((error: unknown) => {
    throw whatIsWrong(error)
  })
  if (!outcome.verified) throw refusal('passkeyRefused')
  return outcome.authenticationInfo.newCounter
}

/**
 * The origin that a browser names in clientDataJSON: https (or localhost), on the relying party or below it.
 * @throws CognitoError WebAuthnOriginNotAllowedException, WebAuthnChallengeNotFoundException
 */
function checkedOrigin(
  { response }: RegistrationResponseJSON | AuthenticationResponseJSON,
  challenge: string,
  relyingPartyId: string
): string {
  const data = parseClientData(response?.clientDataJSON)
  if (data.challenge !== challenge) throw refusal('passkeyChallengeUnknown')
  if (!URL.canParse(data.origin)) throw refusal('originNotAllowed')
  const { protocol, hostname } = new URL(data.origin)
  const isSafe = protocol === 'https:' || hostname === 'localhost'
  const isBelow = hostname === relyingPartyId || hostname.endsWith(`.${relyingPartyId}`)
  if (!isSafe || !isBelow) throw refusal('originNotAllowed')
  return data.origin
}

function parseClientData(text: unknown): { challenge: string; origin: string } {
  try {
    const data: unknown = JSON.parse(Buffer.from(String(text), 'base64url').toString('utf8'))
    const { challenge, origin } = data as Record<string, unknown> // a wrong shape fails below
    if (typeof challenge === 'string' && typeof origin === 'string') return { challenge, origin }
  } catch {
    // Not JSON: as invalid as a wrong shape.
  }
  throw refusal('credentialInvalid')
}

/** The library's reasons, as Cognito's exceptions name them. */
function whatIsWrong(error: unknown): CognitoError {
  const message = error instanceof Error ? error.message : ''
  if (/RP ID/i.test(message)) return refusal('relyingPartyMismatch')
  if (/public key alg/.test(message)) return refusal('credentialNotSupported')
  return refusal('credentialInvalid')
}
