/** Verifies ID tokens: signature, issuer, audience, expiry and use. */

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
import { fetchKeys } from './keys.ts'

/**
 * How long the key set is not asked for again after a key was not in it, in seconds: as long as a caller is
 * asked to wait. Only Cognito chooses which key a token names.
 */
const unknownKeyWait = 2

/** How far our clock and Cognito's may be apart before a fresh token counts as expired. */
const clockSkewMs = 5 * 60_000

export interface IdTokenOptions {
  readonly userPoolId: string
  readonly clientId: string
  readonly hosts: Hosts
  /** Whose tokens are accepted, where it is not what AWS's hosts say. */
  readonly issuers?: readonly string[] | undefined
  /** By which proxy the keys are fetched; by none by default. */
  readonly proxies?: ProxyRules | undefined
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
   * Makes sure that the keys are there, and asks for them again after one was missing. Called before a token
   * is asked for, so that a key set out of reach cannot cost a spent code or a rotated refresh token.
   *
   * @throws AppError `cognito_unavailable`; `upstream_error` where there is no such pool.
   */
  ready(): Promise<void>
  /** @throws AppError `upstream_error` for a token that is not good, `cognito_unavailable` without its key. */
  verify(idToken: string): Promise<Claims>
  /** The same with the keys at hand, without I/O. */
  verifyAtOnce(idToken: string): Claims
}

export function createIdTokens(options: IdTokenOptions): IdTokens {
  const { userPoolId, clientId, hosts } = options
  const jwksUri = `${hosts.api}/${userPoolId}/.well-known/jwks.json`
  const proxy = options.proxies && proxyFor(jwksUri, options.proxies)
  const cache = new SimpleJwksCache({
    fetcher: { fetch: uri => fetchKeys(uri, { timeoutMs: options.timeoutMs, proxy }) },
    penaltyBox: new SimplePenaltyBox({ waitSeconds: unknownKeyWait })
  })
  if (options.jwks) cache.addJwks(jwksUri, { keys: [...options.jwks.keys] })
  const issuers = (options.issuers ?? usualIssuers(options)).map(issuer => ({
    issuer,
    jwksUri,
    audience: clientId,
    // The library only knows the machine's clock: expiry is judged by ours, below.
    graceSeconds: Number.POSITIVE_INFINITY,
    customJwtCheck: ({ header, payload }: Decoded) => check(header, payload, options.clock())
  }))
  const verifier = JwtVerifier.create(issuers, { jwksCache: cache })
  let isComplete = options.jwks !== undefined
  const refuseAndNote = (error: unknown): never => {
    if (isMissingKey(error) && !options.jwks) isComplete = false
    refuse(error)
  }
  return {
    ready: async () => {
      if (isComplete) return
      await cache.getJwks(jwksUri).catch(refuse)
      isComplete = true
    },
    verify: async idToken => await verifier.verify(idToken).catch(refuseAndNote),
    verifyAtOnce: idToken => {
      try {
        return verifier.verifySync(idToken)
      } catch (error) {
        return refuse(error)
      }
    }
  }
}

/** A pool with the updated issuer configuration signs with the second name, with the same keys. */
function usualIssuers({ hosts, userPoolId }: IdTokenOptions): string[] {
  const updated = hosts.usual.replace('https://', 'https://issuer-')
  return [hosts.usual, updated].map(host => `${host}/${userPoolId}`)
}

/** A key that is missing in the set, or could not be looked for. */
function isMissingKey(error: unknown): boolean {
  return error instanceof AppError || error instanceof KidNotFoundInJwksError
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

function refuse(error: unknown): never {
  if (error instanceof AppError) throw error
  if (error instanceof KidNotFoundInJwksError) {
    // Cognito signs with a key that it does not publish yet, or a cache on the way has an older set.
    throw new AppError('cognito_unavailable', { reason: 'jwks_key_unknown', cause: error })
  }
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
