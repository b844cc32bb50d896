/** Fetches the JSON Web Key Set of the pool, which its ID tokens are signed by. */

import { AppError } from '../errors.ts'
import { isCertificateError, systemCodeOf } from './exceptions/translate.ts'

/**
 * Used in place of aws-jwt-verify's fetcher, which accepts https only: the local Cognito uses http.
 *
 * @throws AppError `cognito_unavailable` (reason `jwks_unreachable`) for a transient failure; `upstream_error`
 *   where an operator has to act: `misconfigured_user_pool` where the host has no such pool, `jwks_blocked` where
 *   something rejects the request, `tls_certificate` where the certificate is not trusted.
 */
export async function fetchJwks(
  uri: string,
  { timeoutMs, proxy }: { timeoutMs: number; proxy: string | undefined }
): Promise<ArrayBuffer> {
  const options = { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' } as const
  const get = proxy === undefined ? fetch(uri, options) : fetchThroughProxy(uri, proxy, options)
  const response = await get.catch(throwConnectionError)
  if (!response.ok) throw errorForStatus(uri, response.status)
  return await response.arrayBuffer().catch(throwConnectionError)
}

/** Opens a connection for each fetch: keys are fetched once, and again when the pool has new ones. */
async function fetchThroughProxy(uri: string, proxy: string, options: { signal: AbortSignal }) {
  const { fetch, ProxyAgent } = await import('undici')
  const dispatcher = new ProxyAgent({ uri: proxy, pipelining: 0 })
  return await fetch(uri, { ...options, redirect: 'manual', dispatcher })
}

/** Every pool has a key set. Another status than 200 comes from another host, a proxy or a firewall. */
function errorForStatus(uri: string, status: number): AppError {
  const cause = new Error(`${uri} returned ${status}`)
  if (status >= 500 || status === 408 || status === 429) {
    return new AppError('cognito_unavailable', { reason: 'jwks_unreachable', cause })
  }
  const isUnknown = status === 400 || status === 404
  const reason = isUnknown ? 'misconfigured_user_pool' : 'jwks_blocked'
  return new AppError('upstream_error', { reason, cause })
}

/** `fetch` throws a TypeError whose cause is the system's error. */
function throwConnectionError(error: unknown): never {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (isCertificateError(systemCodeOf(cause))) {
    throw new AppError('upstream_error', { reason: 'tls_certificate', cause })
  }
  throw new AppError('cognito_unavailable', { reason: 'jwks_unreachable', cause })
}
