/** GET and DELETE /auth/sessions, DELETE /auth/sessions/:id: where the user is logged in, and ending it there. */
import { Type } from '@sinclair/typebox'
import { AppError } from '../../src/errors.ts'
import { Instant, NoBody, type Routes } from '../../src/http/schemas.ts'

const Summary = Type.Object(
  {
    id: Type.String({ description: 'a public id, never the id in the cookie' }),
    current: Type.Boolean(),
    createdAt: Instant,
    lastSeenAt: Instant,
    ip: Type.String(),
    userAgent: Type.String()
  },
  { title: 'SessionSummary' }
)

const list = {
  operationId: 'listSessions',
  tags: ['Sessions'],
  summary: 'My sessions',
  response: { 200: Type.Object({ sessions: Type.Array(Summary) }) }
}

const end = {
  operationId: 'endSession',
  tags: ['Sessions'],
  summary: 'End one of my sessions',
  description: 'Ending the current session logs the user out: the cookie is cleared.',
  params: Type.Object({
    id: Type.String({ maxLength: 64, description: 'the id from `GET /auth/sessions`' })
  }),
  body: NoBody,
  response: { 204: Type.Null() }
}

const endOthers = {
  operationId: 'endOtherSessions',
  tags: ['Sessions'],
  summary: 'End my other sessions',
  description: 'Every other session of the user ends. This one stays and gets a new id.',
  body: NoBody,
  response: { 204: Type.Null() }
}

const sessions: Routes = async app => {
  app.get('/auth/sessions', { schema: list }, async request => {
    const { user, handle: own } = request.signedIn().data
    const summaries = await app.store.list(user.sub)
    return {
      sessions: summaries.map(({ handle, createdAt, lastSeenAt, ip, userAgent }) => ({
        id: handle,
        current: handle === own,
        createdAt: new Date(createdAt).toISOString(),
        lastSeenAt: new Date(lastSeenAt).toISOString(),
        ip,
        userAgent
      }))
    }
  })

  app.delete('/auth/sessions', { schema: endOthers }, async (request, reply) => {
    await app.auth.signOut.endOtherSessions(request.signedIn(), since =>
      app.sessions.renew(request, since)
    )
    return reply.code(204).send(null)
  })

  app.delete('/auth/sessions/:id', { schema: end }, async (request, reply) => {
    const session = request.signedIn()
    const { id } = request.params
    if (id === session.data.handle) {
      await app.auth.signOut.endSession(session)
      app.sessions.forget(request, reply)
    } else if (await app.store.destroyByHandle(session.data.user.sub, id)) {
      app.audit('session.revoked', { sub: session.data.user.sub, session: id, caller: request })
    } else {
      throw new AppError('not_found')
    }
    return reply.code(204).send(null)
  })
}

export default sessions
