/** The stand-in's flows of somebody who is logged in. */
import { type Ask, checkCode, checkPassword, checkTotp, sessionView, uri } from './flows.ts'
import { Refusal, type Reply } from './http.ts'
import type { StubSession, StubUser } from './state.ts'
import { newSecret } from './totp.ts'

export type AccountFlow = (ask: Ask, session: StubSession, bytes: Buffer) => Reply

const names = ['givenName', 'gender', 'phoneNumber'] as const

function profileOf(user: StubUser) {
  const { attributes } = user
  const part = (name: string) => attributes[name] ?? null
  return {
    sub: user.sub,
    email: user.email,
    emailVerified: user.emailVerified,
    givenName: part('givenName'),
    phoneNumber: part('phoneNumber'),
    phoneNumberVerified: user.phoneVerified,
    gender: part('gender'),
    address: attributes.address ? JSON.parse(attributes.address) : null,
    picture: user.picture
  }
}

const mfaOf = (user: StubUser) => ({
  enabled: user.mfa,
  preferred: user.preferred,
  available: ['SOFTWARE_TOKEN_MFA', 'SMS_MFA', 'EMAIL_OTP']
})

const update: AccountFlow = ({ state, body }, { user }) => {
  const verification: unknown[] = []
  for (const name of names) {
    if (body[name] === null) delete user.attributes[name]
    else if (body[name] !== undefined) user.attributes[name] = body[name]
  }
  if ('address' in body) user.attributes.address = JSON.stringify(body.address)
  if (body.phoneNumber) {
    user.phoneVerified = false
    const delivery = state.send(body.phoneNumber, 'phoneNumber', user, 'SMS')
    verification.push({ attribute: 'phoneNumber', delivery })
  }
  if (body.email) {
    state.users.delete(user.email)
    Object.assign(user, { email: body.email, emailVerified: false })
    state.users.set(user.email, user)
    verification.push({ attribute: 'email', delivery: state.send(user.email, 'email', user) })
  }
  return { status: 200, body: { profile: profileOf(user), verification } }
}

const prove = (user: StubUser, password: string | undefined) => {
  if (user.password === password) return
  throw new Refusal(401, 'invalid_credentials', 'The email or the password is wrong.')
}

export const accountFlows: Record<string, AccountFlow> = {
  'GET /auth/profile': (_, { user }) => ({ status: 200, body: profileOf(user) }),
  'PATCH /auth/profile': (ask, session, bytes) => {
    if (ask.state.wantsRecentLogin && Date.now() - session.authenticatedAt > 1000) {
      throw new Refusal(403, 'reauthentication_required', 'Log in again to do this.')
    }
    return update(ask, session, bytes)
  },
  'POST /auth/profile/verification': ({ state, body }, { user }) => {
    const isPhone = body.attribute === 'phoneNumber'
    const to = isPhone ? (user.attributes.phoneNumber ?? '') : user.email
    const delivery = state.send(to, body.attribute ?? '', user, isPhone ? 'SMS' : 'EMAIL')
    return { status: 202, body: { delivery } }
  },
  'POST /auth/profile/verification/confirm': ({ state, body }, { user }) => {
    checkCode(state, body.attribute ?? '', user, body.code)
    if (body.attribute === 'email') user.emailVerified = true
    else user.phoneVerified = true
    return { status: 200, body: { profile: profileOf(user) } }
  },
  'PUT /auth/profile/photo': (_, { user }, bytes) => {
    user.picture = `data:image/png;base64,${bytes.toString('base64')}`
    return { status: 200, body: { picture: user.picture } }
  },
  'DELETE /auth/profile/photo': (_, { user }) => {
    user.picture = null
    return { status: 204 }
  },
  'POST /auth/password/change': ({ state, body, cookie }, { user }) => {
    prove(user, body.currentPassword)
    checkPassword(body.newPassword ?? '')
    user.password = body.newPassword ?? ''
    state.endAll(user, cookie)
    return { status: 204 }
  },
  'GET /auth/sessions': ({ state, cookie }, { user }) => {
    const sessions = [...state.sessions]
      .filter(([, session]) => session.user === user)
      .map(([id, session]) => ({
        id: session.handle,
        current: id === cookie,
        createdAt: new Date(session.createdAt).toISOString(),
        lastSeenAt: new Date(session.lastSeenAt).toISOString(),
        ip: '127.0.0.1',
        userAgent: session.userAgent
      }))
    return { status: 200, body: { sessions } }
  },
  'GET /auth/mfa': (_, { user }) => ({ status: 200, body: mfaOf(user) }),
  'PUT /auth/mfa': ({ body }, { user }) => {
    Object.assign(user, { mfa: body.enabled, preferred: body.preferred })
    return { status: 200, body: mfaOf(user) }
  },
  'POST /auth/mfa/totp': (_, { user }) => {
    const secret = newSecret()
    user.totpSecret = secret
    return { status: 200, body: { secret, otpauthUri: uri(user, secret) } }
  },
  'POST /auth/mfa/totp/confirm': ({ body }, { user }) => {
    checkTotp(user.totpSecret, body.code)
    user.mfa = [...new Set([...user.mfa, 'SOFTWARE_TOKEN_MFA'])]
    user.preferred ??= 'SOFTWARE_TOKEN_MFA'
    return { status: 200, body: mfaOf(user) }
  },
  'POST /auth/account/delete': ({ state, body }, { user }) => {
    prove(user, body.password)
    state.endAll(user)
    state.users.delete(user.email)
    return { status: 204, cookie: '' }
  },
  'POST /auth/logout/all': ({ state }, { user }) => {
    state.endAll(user)
    return { status: 204, cookie: '' }
  },
  'GET /api/hello': ({ state, cookie }, { user }) => ({
    status: 200,
    body: { message: 'Hello', claims: { sub: user.sub, session: sessionView(state, cookie) } }
  })
}
