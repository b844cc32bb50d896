/** The whole state of the one user pool. */

import type { Clock } from './clock.ts'
import { Attempts } from './codes/attempts.ts'
import { Codes } from './codes/codes.ts'
import { type Message, Outbox } from './codes/outbox.ts'
import { defaultSettings, type PoolSettings } from './settings.ts'
import { Lockout } from './sign-in/lockout.ts'
import { Sessions } from './sign-in/sessions.ts'
import { Handshakes } from './srp/handshakes.ts'
import { Grants } from './tokens/grants.ts'
import type { SigningKeys } from './tokens/keys.ts'
import { Directory } from './users/directory.ts'
import { Simulation } from './users/simulated.ts'
import { makeUser } from './users/user.ts'

export interface Pool {
  readonly clock: Clock
  readonly keys: SigningKeys
  readonly settings: PoolSettings
  /** The operation that is being performed. */
  readonly calling: { operation: string }
  readonly users: Directory
  readonly simulation: Simulation
  readonly handshakes: Handshakes
  readonly sessions: Sessions
  readonly grants: Grants
  readonly lockout: Lockout
  readonly codes: Codes
  readonly attempts: Attempts
  readonly outbox: Outbox
}

/** What outlives a reset. */
export interface PoolSurroundings {
  readonly clock: Clock
  readonly keys: SigningKeys
  readonly onMessage: (message: Message) => void
  /** What is not as usual from the start. */
  readonly settings: Partial<PoolSettings>
}

/** A pool as it is at the start: the demo user, and nothing else. */
export function makePool({ clock, keys, onMessage, settings }: PoolSurroundings): Pool {
  const users = new Directory()
  users.add(demoUser(clock.now()))
  return {
    clock,
    keys,
    settings: { ...defaultSettings(), ...settings },
    calling: { operation: '' },
    users,
    simulation: new Simulation(),
    handshakes: new Handshakes(),
    sessions: new Sessions(),
    grants: new Grants(),
    lockout: new Lockout(),
    codes: new Codes(),
    attempts: new Attempts(),
    outbox: new Outbox(onMessage)
  }
}

function demoUser(now: number) {
  const attributes = [
    ['email', 'demo@example.com'],
    ['email_verified', 'true'],
    ['given_name', 'Demo']
  ] as const
  return makeUser({ password: 'Correct-Horse-9', status: 'CONFIRMED', attributes, now })
}
