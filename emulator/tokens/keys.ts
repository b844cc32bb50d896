/** The two RSA keys of the pool: Cognito signs ID and access tokens with different ones. */

import { generateKeyPair, type KeyObject, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export interface SigningKeys {
  readonly id: SigningKey
  readonly access: SigningKey
}

let ofThisProcess: Promise<SigningKeys> | undefined

/**
 * The keys of this process, made on the thread pool when first asked for. Several pools in one
 * process (tests start one each) share them: making a pair takes up to half a second.
 */
export function signingKeys(): Promise<SigningKeys> {
  ofThisProcess ??= Promise.all([generate(), generate()]).then(([id, access]) => ({ id, access }))
  return ofThisProcess
}

/** The key set as it is published. */
export function jwks({ id, access }: SigningKeys): { keys: object[] } {
  return { keys: [publish(id), publish(access)] }
}

async function generate(): Promise<SigningKey> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return { kid: randomBytes(32).toString('base64'), ...pair }
}

function publish({ kid, publicKey }: SigningKey): object {
  const { e, n } = publicKey.export({ format: 'jwk' })
  return { alg: 'RS256', e, kid, kty: 'RSA', n, use: 'sig' }
}
