/** Signs ID tokens as Cognito would, and as it never would. */

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { pool } from './stub.ts'

export const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${pool.userPoolId}`
export const ours = keyPair('ours')
export const foreign = keyPair('ours')

/** The instant at which these tokens are fresh. */
export const now = Date.UTC(2026, 10, 22)
export const seconds = now / 1000

export const claims = {
  iss: issuer,
  aud: pool.clientId,
  token_use: 'id',
  exp: seconds + 3600,
  sub: '34c84488-e0e1-70ae-d2ee-991ad1a898c8',
  email: 'a@example.com'
}

interface Signing {
  readonly alg?: string
  readonly hash?: string
  readonly kid?: string | undefined
  readonly key?: KeyObject
  readonly signature?: string
}

export function token(changes: Record<string, unknown> = {}, signing: Signing = {}): string {
  const { alg = 'RS256', hash = 'sha256', key = ours.privateKey } = signing
  const kid = 'kid' in signing ? signing.kid : 'ours'
  const input = `${encode({ alg, kid })}.${encode({ ...claims, ...changes })}`
  const signature = signing.signature ?? sign(hash, Buffer.from(input), key).toString('base64url')
  return `${input}.${signature}`
}

/** The token with other claims under its old signature. */
export function changed(original: string): string {
  const [header, , signature] = original.split('.')
  return `${header}.${encode({ ...claims, sub: 'someone else' })}.${signature}`
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function keyPair(kid: string) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  return { privateKey, jwk: { kty: 'RSA' as const, alg: 'RS256', use: 'sig', kid, n, e } }
}
