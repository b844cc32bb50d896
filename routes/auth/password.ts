/** POST /auth/password/change, /forgot and /reset. */
import { Type } from '@sinclair/typebox'
import type { SignedIn } from '../../src/auth/identity-provider.ts'
import { Body, Code, Delivery, Email, Password, type Routes } from '../../src/http/schemas.ts'

const nothing = { response: { 204: Type.Null() } }

const forgot = {
  operationId: 'forgotPassword',
  tags: ['Password'],
  summary: 'Request a code to reset the password',
  description: 'With enumeration protection, the response is the same for every email address.',
  body: Body({ email: Email }),
  response: { 202: Type.Object({ delivery: Delivery }) }
}

const reset = {
  operationId: 'resetPassword',
  tags: ['Password'],
  summary: 'Set a new password with a code',
  description: 'Ends all sessions of the user and does not log them in.',
  body: Body({ email: Email, code: Code, newPassword: Password }),
  ...nothing
}

const change = {
  operationId: 'changePassword',
  tags: ['Password'],
  summary: 'Change the password',
  description:
    "Renews this session under a new cookie and ends the user's other sessions. If the session store or Cognito fails after the change, this session ends, too, and the cookie is cleared: the response is the same, and the user logs in with the new password.",
  body: Body({ currentPassword: Password, newPassword: Password }),
  ...nothing
}

/** For those who have forgotten it. */
export const forgottenPassword: Routes = async app => {
  const sending = { schema: forgot, config: { limit: 'send' } } as const
  app.post('/auth/password/forgot', sending, async (request, reply) => {
    const delivery = await app.auth.passwords.forgot(request.body.email, request)
    return reply.code(202).send({ delivery })
  })

  const guessing = { schema: reset, config: { limit: 'code' } } as const
  app.post('/auth/password/reset', guessing, async (request, reply) => {
    await app.auth.passwords.reset(request.body, request)
    return reply.code(204).send(null)
  })
}

/** For those who are logged in. */
export const ownPassword: Routes = async app => {
  app.post('/auth/password/change', { schema: change }, async (request, reply) => {
    const session = request.signedIn()
    const { sub } = session.data.user
    const renew = (fresh: SignedIn | undefined, since: number) =>
      fresh ? app.sessions.begin(request, fresh, { since }) : app.sessions.renew(request, since)
    const isRenewed = await reply.withAccessToken(token =>
      app.auth.passwords.change(token, session, request.body, renew)
    )
    const { handle } = app.sessions.signedIn(request)?.data ?? session.data
    app.audit('password.changed', { sub, session: handle, caller: request })
    if (!isRenewed) app.sessions.forget(request, reply)
    return reply.code(204).send(null)
  })
}
