/** Two processes of the service over one store, and a Cognito that rotates and can be held up at any point. */

import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import { type AccessTokens, createAccessTokens } from '../../src/auth/access-tokens.ts'
import type { Ends } from '../../src/auth/ends.ts'
import type { EventName, RefreshMetric } from '../../src/auth/events.ts'
import type { SignedIn, User } from '../../src/auth/identity-provider.ts'
import type { Authenticated, SessionStore } from '../../src/auth/session.ts'
import { AppError } from '../../src/errors.ts'
import { embeddedBackend } from '../../src/session/embedded.ts'
import { asSignedIn, newId, signedIn, storeIn, testClock } from '../contract/session-fixtures.ts'
import { liveSession } from '../support/found-session.ts'
import { moment } from '../support/moment.ts'

/** Refreshed ahead in its last minute. */
export const tokenLife = 300_000
export const leaseTtl = 3000

type Hook = () => void | Promise<void>

/** The retry grace is 0: a token that was rotated is dead at once. */
export class RotatingCognito {
  calls = 0
  readonly revoked: string[] = []
  /** The access tokens that GlobalSignOut was called with. */
  readonly signedOut: string[] = []
  /** What happens next before a refresh, one hook a call. */
  readonly before: Hook[] = []
  /** What happens next between the rotation and its answer, one hook a call. */
  readonly after: Hook[] = []
  inGrace = false
  readonly #living = new Set<string>()
  readonly #users = new Map<string, User>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  signIn(user: User): SignedIn {
    const name = randomBytes(6).toString('hex')
    const claims = Buffer.from(JSON.stringify({ username: user.sub, jti: name }))
    const tokens = {
      accessToken: `access-of-${user.sub}.${claims.toString('base64url')}`,
      refreshToken: `refresh.${name}`,
      accessExpiresAt: this.#now() + tokenLife
    }
    this.#living.add(tokens.refreshToken)
    this.#users.set(tokens.refreshToken, user)
    return { kind: 'signed_in', tokens, user }
  }

  refresh = async (refreshToken: string): Promise<SignedIn> => {
    this.calls += 1
    await this.before.shift()?.()
    const user = this.#users.get(refreshToken)
    const isGood = this.inGrace || this.#living.has(refreshToken)
    if (!user || !isGood) throw new AppError('session_expired', { reason: 'refresh_token_reused' })
    this.#living.delete(refreshToken)
    const fresh = this.signIn(user)
    await this.after.shift()?.()
    return fresh
  }

  verifyTokens = async (): Promise<SignedIn> => {
    throw new Error('all of them are verified')
  }

  signOutEverywhere = async (accessToken: string): Promise<void> => {
    // RevokeToken has made the access token invalid.
    if (this.revoked.length > 0)
      throw new AppError('session_expired', { reason: 'access_token_revoked' })
    this.signedOut.push(accessToken)
  }

  revoke = async (refreshToken: string): Promise<void> => {
    this.revoked.push(refreshToken)
  }
}

export interface Process extends AccessTokens {
  readonly store: SessionStore
  readonly events: EventName[]
  readonly figures: RefreshMetric[]
  /** The session as it lies in the store. */
  read(session: Authenticated): Promise<Authenticated>
}

export interface Scene {
  readonly clock: ReturnType<typeof testClock>
  readonly cognito: RotatingCognito
  /** A process; `faulty` replaces methods of its store. */
  start(faulty?: (store: SessionStore) => Partial<SessionStore>, theftEnds?: Ends): Process
  /** A session that has just begun. */
  begin(): Promise<Authenticated>
  /** A session whose access token has expired. */
  expired(): Promise<Authenticated>
}

export function scene(t: Test): Scene {
  const clock = testClock()
  const cognito = new RotatingCognito(clock)
  const backend = embeddedBackend({ clock })
  t.teardown(() => backend.close())
  const begin = async () => {
    const data = signedIn(clock)
    const { tokens } = cognito.signIn(data.user)
    return asSignedIn(await newStore().create(newId(), data, tokens))
  }
  const newStore = () => storeIn({ backends: [backend, backend], clock, pass: async () => {} })
  return {
    clock,
    cognito,
    start(faulty = () => ({}), theftEnds) {
      const whole = newStore()
      const store = { ...whole, ...faulty(whole) }
      const events: EventName[] = []
      const figures: RefreshMetric[] = []
      const accessTokens = createAccessTokens({
        identity: cognito,
        sessions: store,
        clock,
        report: event => events.push(event),
        recordMetric: figure => figures.push(figure),
        leaseTtl,
        waitLimit: 2000,
        reuseGrace: 300,
        saveLimit: 2000,
        retryAfter: 20,
        ...(theftEnds && { theftEnds })
      })
      const read = async ({ id }: Authenticated) => asSignedIn(await liveSession(whole, id))
      return { ...accessTokens, store, events, figures, read }
    },
    begin,
    async expired() {
      const session = await begin()
      clock.advance(tokenLife)
      return session
    }
  }
}

/** Lets everything that is ready run, until the condition holds; a test that waits in vain times out. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, 5))
}

/** A door that stays shut until it is opened, and tells when somebody has come to it. */
export function door() {
  const opened = moment()
  const reached = moment()
  const pass = () => {
    reached.happen()
    return opened.happened
  }
  return { pass, reached: reached.happened, open: opened.happen }
}
