/** Verifies ID tokens: signature, issuer, audience, expiry and use. */

import { JwtVerifier } from 'aws-jwt-verify'
import {
  JwksValidationError,
  JwkValidationError,
  JwtParseError,
  WaitPeriodNotYetEndedJwkError
} from 'aws-jwt-verify/error'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import type { Clock } from '../auth/ports.ts'
import { AppError } from '../errors.ts'

/** How far our clock and Cognito's may be apart before a fresh token counts as expired. */
const clockSkewMs = 5 * 60_000

export interface IdTokenOptions {
  readonly region: string
  readonly userPoolId: string
  readonly clientId: string
  /** Where the pool's keys are; AWS by default. */
  readonly endpoint?: string | undefined
  readonly clock: Clock
  readonly timeoutMs: number
  /** The pool's keys, for tests: nothing is fetched then. */
  readonly jwks?: Jwks | undefined
}

/** A JSON Web Key Set (RFC 7517) of RSA signing keys. */
export interface Jwks {
  readonly keys: readonly { readonly kty: 'RSA'; kid: string; n: string; e: string }[]
}

export type Claims = Readonly<Record<string, unknown>>

export interface IdTokens {
  /**
   * Makes sure that the keys are there. Called before a token is asked for, so that a key set out of
   * reach cannot cost a spent code or a rotated refresh token.
   *
   * @throws AppError `cognito_unavailable`.
   */
  ready(): Promise<void>
  /** @throws AppError `upstream_error` for a token that is not good, `cognito_unavailable` without keys. */
  verify(idToken: string): Promise<Claims>
}

export function createIdTokens(options: IdTokenOptions): IdTokens {
  const { region, userPoolId, clientId } = options
  const base = options.endpoint ?? `https://cognito-idp.${region}.amazonaws.com`
  const jwksUri = `${base.replace(/\/$/, '')}/${userPoolId}/.well-known/jwks.json`
  const cache = new SimpleJwksCache({
    fetcher: { fetch: uri => fetchKeys(uri, options.timeoutMs) }
  })
  if (options.jwks) cache.addJwks(jwksUri, { keys: [...options.jwks.keys] })
  // A pool with the updated issuer configuration signs with the second name, with the same keys.
  const issuers = ['cognito-idp', 'issuer-cognito-idp'].map(service => ({
    issuer: `https://${service}.${region}.amazonaws.com/${userPoolId}`,
    jwksUri,
    audience: clientId,
    // The library only knows the machine's clock: expiry is judged by ours, below.
    graceSeconds: Number.POSITIVE_INFINITY,
    customJwtCheck: ({ header, payload }: Decoded) => check(header, payload, options.clock())
  }))
  const verifier = JwtVerifier.create(issuers, { jwksCache: cache })
  let loaded = options.jwks !== undefined
  return {
    ready: async () => {
      if (loaded) return
      await cache.getJwks(jwksUri).catch(refuse)
      loaded = true
    },
    verify: async idToken => await verifier.verify(idToken).catch(refuse)
  }
}

interface Decoded {
  readonly header: { readonly alg?: string }
  readonly payload: { readonly token_use?: unknown; readonly exp?: number }
}

/** What the library leaves to its user. Runs after the signature is found good. */
function check(header: Decoded['header'], payload: Decoded['payload'], now: number): void {
  if (header.alg !== 'RS256') throw new Error('The ID token is not signed with RS256')
  if (payload.token_use !== 'id') throw new Error('The token is not an ID token')
  if (payload.exp === undefined || payload.exp * 1000 + clockSkewMs < now) {
    throw new Error('The ID token has expired')
  }
}

/** The library's own fetcher speaks https only; the local Cognito http. */
async function fetchKeys(uri: string, timeoutMs: number): Promise<ArrayBuffer> {
  try {
    const answer = await fetch(uri, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' })
    if (!answer.ok) throw new Error(`${uri} answered ${answer.status}`)
    return await answer.arrayBuffer()
  } catch (cause) {
    throw new AppError('cognito_unavailable', { reason: 'jwks_unreachable', cause })
  }
}

function refuse(error: unknown): never {
  if (error instanceof AppError) throw error
  if (error instanceof WaitPeriodNotYetEndedJwkError) {
    // An unknown key was asked for moments ago, and the library does not ask again yet.
    throw new AppError('cognito_unavailable', { reason: 'jwks_wait', cause: error })
  }
  if (error instanceof JwksValidationError || error instanceof JwkValidationError) {
    throw new AppError('upstream_error', { reason: 'jwks_unusable', cause: error })
  }
  // A parser quotes what it could not read, which is a part of the token: not for the log.
  const cause = error instanceof JwtParseError ? undefined : error
  throw new AppError('upstream_error', { reason: 'id_token_refused', cause })
}
