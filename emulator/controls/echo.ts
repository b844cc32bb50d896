/** `/_local/api/*`: a stand-in for an API behind the service; it tells what reached it. */

import { CognitoError } from '../errors.ts'
import { checkAccessToken } from '../tokens/access-token.ts'
import type { Control } from './control.ts'

/** RFC 6750 section 3.1. */
const refused = {
  status: 401,
  headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  json: { message: 'Unauthorized' }
}

/** Answers any method with the verified claims and the request as it was received. */
export const echo: Control = (local, { method, path, query, headers, body }) => {
  const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
  if (token === undefined) return refused
  try {
    const { claims } = checkAccessToken(local.pool, token)
    const received = { method, path, query: Object.fromEntries(query), body }
    // An API that answers the token would hand it to the page, which must never hold one.
    const shown = { ...headers, authorization: 'Bearer ***' }
    return { status: 200, json: { claims, ...received, headers: shown } }
  } catch (error) {
    if (error instanceof CognitoError) return refused
    throw error
  }
}
