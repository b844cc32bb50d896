/** The name by which Cognito knows the holder of an access token: not always the address, never changing. */
import { AppError } from '../errors.ts'

/** The `username` claim. The token is ours, from the session: it was verified when it came. */
export function usernameOf(accessToken: string): string {
  try {
    const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8')
    const claims: unknown = JSON.parse(payload)
    if (typeof claims === 'object' && claims !== null && 'username' in claims) {
      return String(claims.username)
    }
  } catch (cause) {
    throw new AppError('upstream_error', { reason: 'access_token_unreadable', cause })
  }
  throw new AppError('upstream_error', { reason: 'access_token_without_username' })
}
