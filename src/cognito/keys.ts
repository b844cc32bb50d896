/** Fetches the key set of the pool. */

import { AppError } from '../errors.ts'
import { isCertificateTrouble, systemCodeOf } from './exceptions/translate.ts'

/**
 * The library's own fetcher speaks https only; the local Cognito http.
 *
 * @throws AppError `cognito_unavailable` (reason `jwks_unreachable`) for what passes; `upstream_error` where an
 *   operator has to act: `misconfigured_user_pool` where the host knows no such pool, `jwks_blocked` where
 *   something refuses the request, `tls_certificate` where the certificate is not trusted here.
 */
export async function fetchKeys(
  uri: string,
  { timeoutMs, proxy }: { timeoutMs: number; proxy: string | undefined }
): Promise<ArrayBuffer> {
  const options = { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' } as const
  const get = proxy === undefined ? fetch(uri, options) : fetchByProxy(uri, proxy, options)
  const answer = await get.catch(refuseConnection)
  if (!answer.ok) throw refused(uri, answer.status)
  return await answer.arrayBuffer().catch(refuseConnection)
}

/** One connection for each time: keys are fetched once, and again when they change. */
async function fetchByProxy(uri: string, proxy: string, options: { signal: AbortSignal }) {
  const { fetch, ProxyAgent } = await import('undici')
  const dispatcher = new ProxyAgent({ uri: proxy, pipelining: 0 })
  return await fetch(uri, { ...options, redirect: 'manual', dispatcher })
}

/** Cognito has a key set for each pool that exists; another host, proxy or firewall has none. */
function refused(uri: string, status: number): AppError {
  const cause = new Error(`${uri} returned ${status}`)
  if (status >= 500 || status === 408 || status === 429) {
    return new AppError('cognito_unavailable', { reason: 'jwks_unreachable', cause })
  }
  const isUnknown = status === 400 || status === 404
  const reason = isUnknown ? 'misconfigured_user_pool' : 'jwks_blocked'
  return new AppError('upstream_error', { reason, cause })
}

/** `fetch` hides the system's error in the cause of its own. */
function refuseConnection(error: unknown): never {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (isCertificateTrouble(systemCodeOf(cause))) {
    throw new AppError('upstream_error', { reason: 'tls_certificate', cause })
  }
  throw new AppError('cognito_unavailable', { reason: 'jwks_unreachable', cause })
}
