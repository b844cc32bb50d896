/** POST /auth/logout and /auth/logout/all: ends this session, or all sessions of the user. */
import { Type } from '@sinclair/typebox'
import type { FastifyReply, onErrorAsyncHookHandler } from 'fastify'
import { AppError } from '../../src/errors.ts'
import { NoBody, type Routes } from '../../src/http/schemas.ts'

const answers = { response: { 204: Type.Null() } }

/**
 * The store could not give the session, and the request fails. The id of its cookie is enough to end it: the service
 * keeps at that, so that a user who logs out during an outage is logged out after it.
 */
const endUnread: onErrorAsyncHookHandler = async (request, _reply, error) => {
  const { sessions, auth } = request.server
  const id = sessions.cookieOf(request)
  const isUnread = error instanceof AppError && error.code === 'store_unavailable'
  if (id === undefined || request.loaded?.kind !== 'none' || !isUnread) return
  auth.signOut.endUnread(id, request).catch(() => undefined)
}

const logout: Routes = async app => {
  const here = {
    onError: endUnread,
    schema: {
      operationId: 'logOut',
      tags: ['Log in'],
      summary: 'Log out',
      description:
        'Ends this session, revokes its refresh token at Cognito and clears the cookie. Also works without a session, and during a login, which then ends.',
      body: NoBody,
      ...answers
    }
  }
  app.post('/auth/logout', here, async (request, reply) => {
    const session = app.sessions.of(request)
    const id = app.sessions.cookieOf(request)
    if (session) await app.auth.signOut.endSession(session)
    // The browser had not heard of its new id when it sent this: what it got meanwhile ends.
    else if (id !== undefined && request.loaded.kind === 'replaced')
      await app.store.destroySuccessors(id)
    if (id !== undefined) app.sessions.forget(request, reply)
    return leave(reply)
  })

  const all = {
    schema: {
      operationId: 'logOutEverywhere',
      tags: ['Log in'],
      summary: 'Log out everywhere',
      description:
        'Ends every session of the user at once, in this service and at Cognito, and clears the cookie.',
      body: NoBody,
      ...answers
    }
  }
  app.post('/auth/logout/all', all, async (request, reply) => {
    const session = request.signedIn()
    await app.auth.signOut.endAllSessions(session)
    app.sessions.forget(request, reply)
    return leave(reply)
  })
}

/** The browser forgets what it cached of this user, too (ASVS 14.3.1). */
function leave(reply: FastifyReply) {
  return reply.code(204).header('clear-site-data', '"cache", "storage"').send(null)
}

export default logout
