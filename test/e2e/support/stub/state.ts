/** What the stand-in for the service remembers. */
import { randomBytes, randomUUID } from 'node:crypto'

export interface StubUser {
  readonly sub: string
  email: string
  password: string
  isConfirmed: boolean
  isTemporary: boolean
  attributes: Record<string, string>
  picture: string | null
  emailVerified: boolean
  phoneVerified: boolean
  totpSecret: string | null
  mfa: string[]
  preferred: string | null
}

export interface StubSession {
  readonly handle: string
  readonly user: StubUser
  readonly createdAt: number
  authenticatedAt: number
  lastSeenAt: number
  readonly userAgent: string
}

export interface StubChallenge {
  readonly user: StubUser
  readonly name: string
  readonly expiresAt: number
  readonly secret?: string
}

export interface Message {
  readonly to: string
  readonly medium: 'EMAIL' | 'SMS'
  readonly purpose: string
  readonly code: string
  readonly sentAt: string
}

/** Everything, and the switches a test may turn. */
export class StubState {
  readonly users = new Map<string, StubUser>()
  readonly sessions = new Map<string, StubSession>()
  readonly challenges = new Map<string, StubChallenge>()
  readonly messages: Message[] = []
  readonly codes = new Map<string, string>()
  idleSeconds = 1800
  absoluteSeconds = 43_200
  mfa: 'OFF' | 'OPTIONAL' | 'ON' = 'OPTIONAL'
  delayMs = 0
  wantsRecentLogin = false

  addUser(email: string, password: string, more: Partial<StubUser> = {}): StubUser {
    const user: StubUser = {
      sub: randomUUID(),
      email,
      password,
      isConfirmed: true,
      isTemporary: false,
      attributes: { givenName: 'Demo' },
      picture: null,
      emailVerified: true,
      phoneVerified: false,
      totpSecret: null,
      mfa: [],
      preferred: null,
      ...more
    }
    this.users.set(email, user)
    return user
  }

  send(to: string, purpose: string, user: StubUser, medium: 'EMAIL' | 'SMS' = 'EMAIL') {
    const code = String(Math.floor(Math.random() * 1e6)).padStart(6, '0')
    this.codes.set(`${purpose}:${user.sub}`, code)
    this.messages.unshift({ to, medium, purpose, code, sentAt: new Date().toISOString() })
    return { medium, destination: mask(to) }
  }

  open(user: StubUser, userAgent: string): string {
    const id = randomBytes(32).toString('base64url')
    const now = Date.now()
    const times = { createdAt: now, authenticatedAt: now, lastSeenAt: now }
    this.sessions.set(id, { handle: randomUUID(), user, ...times, userAgent })
    return id
  }

  endAll(user: StubUser, except?: string): void {
    for (const [id, session] of this.sessions) {
      if (session.user === user && id !== except) this.sessions.delete(id)
    }
  }
}

export function mask(address: string): string {
  if (address.startsWith('+')) return `+*******${address.slice(-4)}`
  const [name = '', host = ''] = address.split('@')
  return `${name.charAt(0)}***@${host.charAt(0)}***`
}
