/** Signing and reading RS256 JWTs (RFC 7519), no more than this pool needs. */

import { sign, verify } from 'node:crypto'
import type { SigningKey } from './keys.ts'

export type Claims = Readonly<Record<string, unknown>>

export interface ReadJwt {
  readonly kid: unknown
  readonly claims: Claims
}

export function signJwt(key: SigningKey, claims: Claims): string {
  const content = `${encode({ kid: key.kid, alg: 'RS256' })}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(content), key.privateKey)
  return `${content}.${signature.toString('base64url')}`
}

/** The content of a token, its signature unchecked; undefined where it is no JWT. */
export function readJwt(token: string): ReadJwt | undefined {
  const parts = token.split('.')
  const [header, claims] = parts.slice(0, 2).map(decode)
  if (parts.length !== 3 || header === undefined || claims === undefined) return undefined
  return { kid: header.kid, claims }
}

/** Whether the key signed exactly this text; the algorithm is never the token's choice. */
export function isSignedBy(key: SigningKey, token: string): boolean {
  const end = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(end + 1), 'base64url')
  return verify('sha256', Buffer.from(token.slice(0, end)), key.publicKey, signature)
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
