/** The options that browsers make and use passkeys with. */

import { randomBytes } from 'node:crypto'
import { refusal } from '../errors.ts'
import type { Pool } from '../pool.ts'
import type { PoolSettings } from '../settings.ts'
import type { Passkey } from '../users/passkey.ts'
import type { User } from '../users/user.ts'

/** As Cognito allows a user. */
export const mostPasskeys = 20

/**
 * The relying party that the pool is set to.
 * @throws CognitoError WebAuthnNotEnabledException, WebAuthnConfigurationMissingException
 */
export function relyingPartyOf({ allowedFirstFactors, relyingPartyId }: PoolSettings): string {
  if (!allowedFirstFactors.includes('WEB_AUTHN')) throw refusal('passkeysOff')
  if (relyingPartyId === null) throw refusal('relyingPartyMissing')
  return relyingPartyId
}

/** What `navigator.credentials.create` takes, in the shape AWS's own clients are tested with. */
export function creationOptions(pool: Pool, user: User, challenge: string): object {
  const id = relyingPartyOf(pool.settings)
  return {
    rp: { id, name: id },
    user: {
      id: Buffer.from(user.sub).toString('base64url'),
      name: user.attributes.get('email') ?? user.sub,
      displayName: ''
    },
    challenge,
    pubKeyCredParams: [-7, -257].map(alg => ({ type: 'public-key', alg })),
    timeout: 60_000,
    excludeCredentials: user.passkeys.map(passkey => ({ type: 'public-key', id: passkey.id })),
    authenticatorSelection: {
      requireResidentKey: true,
      residentKey: 'required',
      userVerification: pool.settings.passkeyUserVerification
    }
  }
}

/** What `navigator.credentials.get` takes. Cognito sends it as text. */
export function requestOptions(pool: Pool, user: User, challenge: string): string {
  return JSON.stringify({
    hints: [],
    attestation: 'none',
    attestationFormats: [],
    challenge,
    timeout: 180_000,
    rpId: relyingPartyOf(pool.settings),
    allowCredentials: usablePasskeys(pool, user).map(({ id }) => ({ id, type: 'public-key' })),
    userVerification: pool.settings.passkeyUserVerification
  })
}

export function usablePasskeys({ settings }: Pool, user: User): readonly Passkey[] {
  return user.passkeys.filter(passkey => passkey.relyingPartyId === settings.relyingPartyId)
}

/** 16 bytes, as Cognito's own. */
export const makeChallenge = () => randomBytes(16).toString('base64url')
