/** Verifies ID tokens: signature, issuer, audience, expiry and `token_use`. */

import { JwtVerifier } from 'aws-jwt-verify'
import {
  JwksValidationError,
  JwkValidationError,
  JwtParseError,
  KidNotFoundInJwksError,
  WaitPeriodNotYetEndedJwkError
} from 'aws-jwt-verify/error'
import { SimpleJwksCache, SimplePenaltyBox } from 'aws-jwt-verify/jwk'
import type { Clock } from '../auth/identity-provider.ts'
import { type ProxyRules, proxyFor } from '../egress/proxy.ts'
import { AppError } from '../errors.ts'
import type { Hosts } from './client.ts'
import { fetchJwks } from './jwks.ts'

/**
 * How long the key set is not fetched again after a key was missing in it, in seconds: the `Retry-After` of
 * `cognito_unavailable`. An attacker cannot provoke fetches: only Cognito chooses the key id of a token.
 */
const unknownKeyWaitSeconds = 2

/** The tolerated difference between this machine's clock and Cognito's. */
const clockSkewMs = 5 * 60_000

export interface IdTokenOptions {
  readonly userPoolId: string
  readonly clientId: string
  readonly hosts: Hosts
  /** Accepted issuers; by default those that AWS derives from the region and the pool id. */
  readonly issuers?: readonly string[] | undefined
  /** The forward proxies to fetch the keys through; none by default. */
  readonly proxies?: ProxyRules | undefined
  readonly clock: Clock
  readonly timeoutMs: number
  /** The pool's key set, for tests: then none is fetched. */
  readonly jwks?: Jwks | undefined
}

/** A JSON Web Key Set (RFC 7517) of RSA signing keys. */
export interface Jwks {
  readonly keys: readonly { readonly kty: 'RSA'; kid: string; n: string; e: string }[]
}

export type Claims = Readonly<Record<string, unknown>>

export interface IdTokenVerifier {
  /**
   * Fetches the keys, unless they are cached, and again after one was missing. To be awaited before a call that
   * returns tokens: if the key set is out of reach, no code is spent and no refresh token rotated in vain.
   *
   * @throws AppError `cognito_unavailable`; `upstream_error` where the pool does not exist.
   */
  ensureKeys(): Promise<void>
  /** @throws AppError `upstream_error` for an invalid token, `cognito_unavailable` where its key is missing. */
  verify(idToken: string): Promise<Claims>
  /** As `verify`, without I/O. */
  verifyWithCachedKeys(idToken: string): Claims
}

export function createIdTokenVerifier(options: IdTokenOptions): IdTokenVerifier {
  const { userPoolId, clientId, hosts } = options
  const jwksUri = `${hosts.api}/${userPoolId}/.well-known/jwks.json`
  const proxy = options.proxies && proxyFor(jwksUri, options.proxies)
  const cache = new SimpleJwksCache({
    fetcher: { fetch: uri => fetchJwks(uri, { timeoutMs: options.timeoutMs, proxy }) },
    penaltyBox: new SimplePenaltyBox({ waitSeconds: unknownKeyWaitSeconds })
  })
  if (options.jwks) cache.addJwks(jwksUri, { keys: [...options.jwks.keys] })
  const issuers = (options.issuers ?? defaultIssuers(options)).map(issuer => ({
    issuer,
    jwksUri,
    audience: clientId,
    // The library can only use the system clock: `checkClaims` checks the expiry by `options.clock`.
    graceSeconds: Number.POSITIVE_INFINITY,
    customJwtCheck: ({ header, payload }: DecodedJwt) =>
      checkClaims(header, payload, options.clock())
  }))
  const verifier = JwtVerifier.create(issuers, { jwksCache: cache })
  let hasKeys = options.jwks !== undefined
  const forgetKeysAndThrow = (error: unknown): never => {
    if (isMissingKey(error) && !options.jwks) hasKeys = false
    throwTranslated(error)
  }
  return {
    ensureKeys: async () => {
      if (hasKeys) return
      await cache.getJwks(jwksUri).catch(throwTranslated)
      hasKeys = true
    },
    verify: async idToken => await verifier.verify(idToken).catch(forgetKeysAndThrow),
    verifyWithCachedKeys: idToken => {
      try {
        return verifier.verifySync(idToken)
      } catch (error) {
        return throwTranslated(error)
      }
    }
  }
}

/** Pools with AWS's updated issuer configuration use the second form, with the same keys. */
function defaultIssuers({ hosts, userPoolId }: IdTokenOptions): string[] {
  const updated = hosts.defaultApi.replace('https://', 'https://issuer-')
  return [hosts.defaultApi, updated].map(host => `${host}/${userPoolId}`)
}

/** The key is not in the set, or the set could not be fetched. */
function isMissingKey(error: unknown): boolean {
  return error instanceof AppError || error instanceof KidNotFoundInJwksError
}

interface DecodedJwt {
  readonly header: { readonly alg?: string }
  readonly payload: { readonly token_use?: unknown; readonly exp?: number }
}

/** The checks that the library leaves to its caller. They run after the signature is verified. */
function checkClaims(
  header: DecodedJwt['header'],
  payload: DecodedJwt['payload'],
  now: number
): void {
  if (header.alg !== 'RS256') throw new Error('The ID token is not signed with RS256')
  if (payload.token_use !== 'id') throw new Error('The token is not an ID token')
  if (payload.exp === undefined || payload.exp * 1000 + clockSkewMs < now) {
    throw new Error('The ID token has expired')
  }
}

function throwTranslated(error: unknown): never {
  if (error instanceof AppError) throw error
  if (error instanceof KidNotFoundInJwksError) {
    // Cognito signs with a key that it has not published yet, or a cache in between has an older set.
    throw new AppError('cognito_unavailable', { reason: 'jwks_key_unknown', cause: error })
  }
  if (error instanceof WaitPeriodNotYetEndedJwkError) {
    // The set was fetched for an unknown key moments ago, and the library does not fetch it again yet.
    throw new AppError('cognito_unavailable', { reason: 'jwks_wait', cause: error })
  }
  if (error instanceof JwksValidationError || error instanceof JwkValidationError) {
    throw new AppError('upstream_error', { reason: 'jwks_unusable', cause: error })
  }
  // A parse error quotes a part of the token, which must not reach the log.
  const cause = error instanceof JwtParseError ? undefined : error
  throw new AppError('upstream_error', { reason: 'id_token_refused', cause })
}
