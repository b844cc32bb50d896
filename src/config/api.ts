/** The API behind this service, and how much of it one user and one slow browser may hold. */
import type { Environment } from './environment.ts'
import type { Complain } from './read.ts'
import { parseUrl } from './rules.ts'

export interface ApiConfig {
  /** Base URL, its path included; `/api/x` goes to `{url}/x`. */
  readonly url: string
  readonly connections: number
  readonly callsPerUser: number
  /** How long a browser may take nothing of an answer, in ms. */
  readonly longestStall: number
}

/** @param local where calls go in a local run that names no API */
export function apiOf(
  env: Environment,
  local: string | undefined,
  complain: Complain
): ApiConfig | undefined {
  if (env.API_UPSTREAM) parseUrl('API_UPSTREAM', env.API_UPSTREAM, ['http:', 'https:'], complain)
  const url = env.API_UPSTREAM ?? local
  if (url === undefined) return undefined
  return {
    url,
    connections: env.API_CONNECTIONS,
    callsPerUser: env.API_CALLS_PER_USER,
    longestStall: env.API_STALL_SECONDS * 1000
  }
}
