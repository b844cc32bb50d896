/** The refresh tokens: what each sign-in granted, and what became of it. */

import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { refusal } from '../errors.ts'

/** One sign-in: every token that comes from it carries its `origin_jti`. */
export interface Grant {
  readonly originJti: string
  readonly eventId: string
  readonly sub: string
  /** Seconds; stays what it was through every refresh. */
  readonly authTime: number
  /** A rotated token lives as long as the original would have, no longer. */
  readonly expiresAt: number
  revoked: boolean
}

interface RefreshToken {
  readonly grant: Grant
  /** When rotation retired it. */
  retiredAt: number | undefined
}

const jweHeader = Buffer.from('{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}')

export class Grants {
  readonly #byOriginJti = new Map<string, Grant>()
  readonly #tokens = new Map<string, RefreshToken>()

  /** Begins a grant for a user who has just signed in. Times in milliseconds. */
  begin(sub: string, now: number, lifeMs: number): Grant {
    const grant: Grant = {
      originJti: randomUUID(),
      eventId: randomUUID(),
      sub,
      authTime: Math.floor(now / 1000),
      expiresAt: now + lifeMs,
      revoked: false
    }
    this.#byOriginJti.set(grant.originJti, grant)
    return grant
  }

  issueRefreshToken(grant: Grant): string {
    const token = opaqueToken()
    this.#tokens.set(digest(token), { grant, retiredAt: undefined })
    return token
  }

  /**
   * The grant a refresh token stands for.
   * @throws CognitoError NotAuthorizedException, or RefreshTokenReuseException for a token that
   *   rotation retired longer than `graceMs` ago; with `reuseRevokes` that ends the whole grant
   */
  open(token: string, now: number, graceMs: number, reuseRevokes: boolean): Grant {
    const found = this.#tokens.get(digest(token))
    if (found === undefined) throw refusal('refreshTokenInvalid')
    if (found.grant.revoked) throw refusal('refreshTokenRevoked')
    if (found.grant.expiresAt <= now) throw refusal('refreshTokenExpired')
    if (found.retiredAt !== undefined && now >= found.retiredAt + graceMs) {
      found.grant.revoked = reuseRevokes
      throw refusal('refreshTokenReused')
    }
    return found.grant
  }

  /** Retires a token; using it again within the grace does not lengthen the grace. */
  retire(token: string, now: number): void {
    const found = this.#tokens.get(digest(token))
    if (found !== undefined) found.retiredAt ??= now
  }

  /**
   * Revokes what a refresh token came from; of a retired one only itself, unless `retiredEndsFamily`. A token
   * nobody knows is nobody's loss.
   */
  revoke(token: string, retiredEndsFamily: boolean): void {
    const found = this.#tokens.get(digest(token))
    if (found === undefined) return
    if (found.retiredAt === undefined || retiredEndsFamily) found.grant.revoked = true
    // Its grace is over.
    else found.retiredAt = Number.NEGATIVE_INFINITY
  }

  revokeAllOf(sub: string): void {
    for (const grant of this.#byOriginJti.values()) {
      if (grant.sub === sub) grant.revoked = true
    }
  }

  isRevoked(originJti: unknown): boolean {
    return typeof originJti !== 'string' || this.#byOriginJti.get(originJti)?.revoked !== false
  }
}

/** Looks like Cognito's: a JWE in compact form of about 1.8 kB that nobody can read. */
function opaqueToken(): string {
  const encryptedKey = randomBytes(256)
  const parts = [jweHeader, encryptedKey, randomBytes(12), randomBytes(980), randomBytes(16)]
  return parts.map(part => part.toString('base64url')).join('.')
}

/** Tokens are found by their digest: the map stays small, and no lookup compares secrets. */
function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}
