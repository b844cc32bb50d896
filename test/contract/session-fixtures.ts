/** Sessions, tokens and a clock for the tests of the session store. */

import { randomBytes, randomUUID } from 'node:crypto'
import type { Tokens, User } from '../../src/auth/identity-provider.ts'
import type {
  AuthenticatedSession,
  LoadedSession,
  PendingSession,
  SessionStore
} from '../../src/auth/session.ts'
import type { SessionBackend, SessionStoreEvent } from '../../src/session/backend.ts'
import { createSessionStore } from '../../src/session/store.ts'

export const idleSeconds = 1800
export const idle = idleSeconds * 1000
export const absolute = 12 * 3600 * 1000
export const masterKey = randomBytes(32)

/** One place where sessions are kept, seen by two instances of the service. */
export interface Home {
  readonly backends: readonly [SessionBackend, SessionBackend]
  readonly clock: TestClock
  /** Lets the backend's own time pass, for leases. */
  pass(ms: number): Promise<void>
}

export interface TestClock {
  (): number
  advance(ms: number): void
}

export function testClock(): TestClock {
  let now = Date.now()
  const clock = () => now
  return Object.assign(clock, {
    advance(ms: number) {
      now += ms
    }
  })
}

export interface StoreOverrides {
  readonly keys?: readonly Buffer[]
  readonly backend?: SessionBackend
  readonly events?: SessionStoreEvent[]
}

/** A store on the first backend of `home`, unless told otherwise. */
export function storeIn(home: Home, overrides: StoreOverrides = {}): SessionStore {
  const { keys = [masterKey], backend = home.backends[0], events = [] } = overrides
  return createSessionStore({
    backend,
    keys,
    idleSeconds,
    clock: home.clock,
    onEvent: event => events.push(event)
  })
}

export const newId = () => randomBytes(32).toString('base64url')

/** As Cognito makes them: three signed segments (1,100 characters), five encrypted ones (1,800). */
export function newTokens(clock: TestClock): Tokens {
  return {
    accessToken: jwt([63, 504, 256]),
    refreshToken: jwt([72, 256, 12, 990, 16]),
    accessExpiresAt: clock() + 3_600_000
  }
}

/** Of random segments, with the start of a JWT's. */
export function jwt(sizes: readonly number[]): string {
  const segment = (size: number) =>
    Buffer.concat([Buffer.from('{"a'), randomBytes(size - 3)]).toString('base64url')
  return sizes.map(segment).join('.')
}

export function newUser(): User {
  const sub = randomUUID()
  return {
    sub,
    email: 'ada.lovelace@example.com',
    emailVerified: true,
    givenName: 'Ada',
    phoneNumber: '+15555550100',
    phoneNumberVerified: false,
    groups: ['admins']
  }
}

export function signedIn(clock: TestClock, user: User = newUser()): AuthenticatedSession {
  const now = clock()
  return {
    kind: 'authenticated',
    handle: randomBytes(16).toString('base64url'),
    user,
    createdAt: now,
    expiresAt: now + absolute,
    authenticatedAt: now
  }
}

export function pending(clock: TestClock): PendingSession {
  return { kind: 'pending', createdAt: clock(), expiresAt: clock() + 600_000 }
}

export const device = { ip: '192.0.2.7', userAgent: 'Mozilla/5.0 (X11; Linux) Test/1.0' }

/** What a route holds after checking the kind of a session. */
export function asSignedIn(
  session: LoadedSession | null | undefined
): LoadedSession<AuthenticatedSession> {
  if (session && isSignedIn(session)) return session
  throw new Error('There is no authenticated session')
}

function isSignedIn(session: LoadedSession): session is LoadedSession<AuthenticatedSession> {
  return session.data.kind === 'authenticated'
}
