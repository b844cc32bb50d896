/** The flows of the contract, just true enough for the page to be driven against. */
import { Refusal, type Reply } from './http.ts'
import { mask, type StubChallenge, type StubState, type StubUser } from './state.ts'
import { newSecret, totp } from './totp.ts'

export interface Ask {
  readonly state: StubState
  readonly body: Record<string, string>
  readonly cookie: string
  readonly userAgent: string
}

export type Flow = (ask: Ask) => Reply

export function sessionView(state: StubState, cookie: string) {
  const session = state.sessions.get(cookie)
  if (!session) return { authenticated: false }
  const { user, createdAt, lastSeenAt, authenticatedAt } = session
  const end = createdAt + state.absoluteSeconds * 1000
  const idle = Math.min(lastSeenAt + state.idleSeconds * 1000, end)
  if (idle < Date.now()) {
    state.sessions.delete(cookie)
    return { authenticated: false }
  }
  const { givenName, phoneNumber } = user.attributes
  return {
    authenticated: true,
    user: {
      sub: user.sub,
      email: user.email,
      emailVerified: user.emailVerified,
      ...(givenName && { givenName }),
      ...(phoneNumber && { phoneNumber, phoneNumberVerified: user.phoneVerified }),
      groups: ['staff']
    },
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(end).toISOString(),
    idleExpiresAt: new Date(idle).toISOString(),
    authenticatedAt: new Date(authenticatedAt).toISOString()
  }
}

const invalidCredentials = () =>
  new Refusal(401, 'invalid_credentials', 'The email or the password is wrong.')

export const signUp: Flow = ({ state, body, cookie }) => {
  const { email = '', password = '', givenName = '', phoneNumber } = body
  checkPassword(password)
  const delivery = { medium: 'EMAIL', destination: mask(email) }
  const done = { status: 201, body: { status: 'confirmation_required', delivery }, cookie }
  if (state.users.has(email)) return done
  const attributes = { givenName, ...(phoneNumber && { phoneNumber }) }
  const user = state.addUser(email, password, {
    attributes,
    isConfirmed: false,
    emailVerified: false
  })
  state.send(email, 'signup', user)
  return done
}

export const confirm: Flow = ({ state, body }) => {
  const user = state.users.get(body.email ?? '')
  checkCode(state, 'signup', user, body.code)
  if (user) Object.assign(user, { isConfirmed: true, emailVerified: true })
  return { status: 200, body: { status: 'confirmed' } }
}

export const resend: Flow = ({ state, body }) => code(state, body.email, 'signup')
export const forgot: Flow = ({ state, body }) => code(state, body.email, 'reset')

function code(state: StubState, email = '', purpose: string): Reply {
  const user = state.users.get(email)
  if (user) state.send(email, purpose, user)
  return { status: 202, body: { delivery: { medium: 'EMAIL', destination: mask(email) } } }
}

export const reset: Flow = ({ state, body }) => {
  const user = state.users.get(body.email ?? '')
  checkCode(state, 'reset', user, body.code)
  checkPassword(body.newPassword ?? '')
  if (user) {
    user.password = body.newPassword ?? ''
    state.endAll(user)
  }
  return { status: 204 }
}

export const logIn: Flow = ask => {
  const { state, body } = ask
  const user = state.users.get(body.email ?? '')
  if (!user || user.password !== body.password) throw invalidCredentials()
  if (!user.isConfirmed) {
    const delivery = state.send(user.email, 'signup', user)
    const sentence = 'The account is not confirmed yet. A new code has been sent.'
    throw new Refusal(403, 'user_not_confirmed', sentence, { delivery })
  }
  return proceed(ask, user, user.isTemporary ? 'NEW_PASSWORD_REQUIRED' : nextStep(state, user))
}

function nextStep(state: StubState, user: StubUser): string | undefined {
  if (user.preferred) return user.preferred
  if (user.mfa.length > 1) return 'SELECT_MFA_TYPE'
  return user.mfa[0] ?? (state.mfa === 'ON' ? 'MFA_SETUP' : undefined)
}

function proceed(ask: Ask, user: StubUser, name: string | undefined): Reply {
  const { state } = ask
  if (!name) {
    state.sessions.delete(ask.cookie)
    const cookie = state.open(user, ask.userAgent)
    const session = sessionView(state, cookie)
    return { status: 200, body: { status: 'authenticated', session }, cookie }
  }
  const expiresAt = Date.now() + 180_000
  const challenge = { name, expiresAt: new Date(expiresAt).toISOString() }
  const cookie = `challenge-${crypto.randomUUID()}`
  const kept: StubChallenge = { user, name, expiresAt, secret: newSecret() }
  state.challenges.set(cookie, kept)
  const details = detailsOf(state, kept)
  const body = { status: 'challenge', challenge: { ...challenge, ...details } }
  return { status: 200, body, cookie }
}

function detailsOf(state: StubState, { user, name, secret }: StubChallenge) {
  const phone = user.attributes.phoneNumber ?? ''
  if (name === 'SMS_MFA') return { delivery: state.send(phone, 'mfa', user, 'SMS') }
  if (name === 'EMAIL_OTP') return { delivery: state.send(user.email, 'mfa', user) }
  if (name === 'SELECT_MFA_TYPE') return { choices: user.mfa }
  if (name === 'MFA_SETUP') return { secret, otpauthUri: uri(user, secret ?? '') }
  return name === 'NEW_PASSWORD_REQUIRED' ? { requiredAttributes: ['givenName'] } : {}
}

export function uri(user: StubUser, secret: string): string {
  return `otpauth://totp/Cognito%20BFF:${encodeURIComponent(user.email)}?secret=${secret}&issuer=Cognito%20BFF`
}

export const challenge: Flow = ask => {
  const { state, body, cookie } = ask
  const pending = state.challenges.get(cookie)
  if (!pending || pending.name !== body.name || pending.expiresAt < Date.now()) {
    throw new Refusal(401, 'challenge_expired', 'The login took too long. Log in again.')
  }
  const { user, name, secret } = pending
  let next: string | undefined
  if (name === 'SMS_MFA' || name === 'EMAIL_OTP') checkCode(state, 'mfa', user, body.code)
  else if (name === 'SOFTWARE_TOKEN_MFA') checkTotp(user.totpSecret, body.code)
  else if (name === 'SELECT_MFA_TYPE') next = body.choice
  else if (name === 'MFA_SETUP') {
    checkTotp(secret ?? '', body.code)
    Object.assign(user, { totpSecret: secret, mfa: ['SOFTWARE_TOKEN_MFA'] })
  } else {
    checkPassword(body.newPassword ?? '')
    Object.assign(user, { password: body.newPassword, isTemporary: false })
    next = nextStep(state, user)
  }
  state.challenges.delete(cookie)
  return proceed(ask, user, next)
}

export function checkTotp(secret: string | null, given: string | undefined): void {
  if (!secret || totp(secret) !== given) throw mismatch()
}

export function checkCode(state: StubState, purpose: string, user?: StubUser, given?: string) {
  const key = `${purpose}:${user?.sub}`
  if (!given || state.codes.get(key) !== given) throw mismatch()
  state.codes.delete(key)
}

const mismatch = () =>
  new Refusal(
    400,
    'code_mismatch',
    'The code is not the one that was sent. Check it and try again.'
  )

export function checkPassword(password: string): void {
  if (/[A-Z]/.test(password) && /\d/.test(password)) return
  const sentence = 'Password did not conform with policy: Password must have numeric characters'
  throw new Refusal(400, 'invalid_password', sentence)
}
