/** The Session strings: what a sign-in that is not finished has come to. */

import { randomBytes } from 'node:crypto'
import { refusal } from '../errors.ts'
import type { Factor } from '../settings.ts'

/** What the next answer must be to. */
export type Step =
  | { readonly kind: 'new-password' }
  | { readonly kind: 'software-token' }
  | SentCode
  | { readonly kind: 'first-code'; readonly factor: 'EMAIL_OTP' | 'SMS_OTP'; readonly code: string }
  | { readonly kind: 'passkey'; readonly challenge: string }
  | { readonly kind: 'choose'; readonly choices: readonly string[] }
  | { readonly kind: 'select'; readonly choices: readonly Factor[] }
  | { readonly kind: 'setup' }
  | { readonly kind: 'setup-verify'; readonly secret: string }
  | { readonly kind: 'setup-finish'; readonly secret: string }

/** A code was sent; with `enrols`, a right answer also turns the factor on. */
export interface SentCode {
  readonly kind: 'sent-code'
  readonly factor: 'SMS_MFA' | 'EMAIL_OTP'
  readonly code: string
  readonly enrols: boolean
}

export interface OpenSession {
  readonly sub: string
  readonly step: Step
}

interface Entry extends OpenSession {
  readonly expiresAt: number
  isSpent: boolean
}

/** Spent and expired ones are remembered this long, to say what is wrong with them. */
const rememberedMs = 60 * 60_000

export class Sessions {
  readonly #entries = new Map<string, Entry>()

  /** Opens a session for the next step of a user's sign-in. Times in milliseconds. */
  open(sub: string, step: Step, now: number, lifeMs: number): string {
    this.#forget(now)
    const session = `AYABe${randomBytes(720).toString('base64url')}`
    this.#entries.set(session, { sub, step, expiresAt: now + lifeMs, isSpent: false })
    return session
  }

  /**
   * What a session stands for. Reading does not use it up: after a wrong code it is still good.
   * @throws CognitoError NotAuthorizedException, InvalidParameterException
   */
  read(session: string | undefined, now: number): OpenSession {
    if (session === undefined) throw refusal('parameterMissing', 'Session')
    const entry = this.#entries.get(session)
    if (entry === undefined) throw refusal('sessionInvalid')
    if (entry.isSpent) throw refusal('sessionUsed')
    if (entry.expiresAt <= now) throw refusal('sessionExpired')
    return entry
  }

  /** What a session stands for, good or spent; undefined for one that is not known. */
  peek(session: string | undefined): OpenSession | undefined {
    return session === undefined ? undefined : this.#entries.get(session)
  }

  /** After a success a session is good no more. */
  spend(session: string | undefined): void {
    const entry = session === undefined ? undefined : this.#entries.get(session)
    if (entry !== undefined) entry.isSpent = true
  }

  #forget(now: number): void {
    for (const [session, { expiresAt }] of this.#entries) {
      if (expiresAt + rememberedMs > now) return
      this.#entries.delete(session)
    }
  }
}

/**
 * The step of a session, where it is of the kind the call answers.
 * @throws CognitoError NotAuthorizedException
 */
export function expectStep<K extends Step['kind']>(
  { step }: OpenSession,
  kind: K
): Extract<Step, { kind: K }> {
  if (!isKind(step, kind)) throw refusal('sessionInvalid')
  return step
}

function isKind<K extends Step['kind']>(step: Step, kind: K): step is Extract<Step, { kind: K }> {
  return step.kind === kind
}
