/** GET /auth/session: who is logged in here. Never slides the idle timer, never asks Cognito. */
import { ActiveSession, Session } from '../../src/http/schemas.ts'
import { sessionView } from '../../src/http/session-view.ts'
import type { Routes } from '../../src/http/typebox.ts'

const schema = {
  operationId: 'getSession',
  tags: ['Sessions'],
  summary: 'The session',
  description: 'Who is logged in here. Never slides the idle timer and never asks Cognito.',
  response: { '2xx': Session }
}

interface Options {
  /** Told to the page in local runs, so that codes are one click away. */
  outboxUrl: string | undefined
}

const anonymous = '{"authenticated":false}'

const session: Routes<Options> = async (app, { outboxUrl }) => {
  // Not async: a promise less on the call that every page begins with.
  app.get('/auth/session', { schema }, (request, reply) => {
    if (outboxUrl !== undefined) reply.header('x-local-outbox', outboxUrl)
    reply.header('content-type', 'application/json; charset=utf-8')
    const session = app.sessions.signedIn(request)
    // By the one schema that fits: for a union Fastify validates the answer to find out which does.
    reply.serializer(session ? reply.compileSerializationSchema(ActiveSession) : () => anonymous)
    return session ? sessionView(session) : { authenticated: false as const }
  })
}

export default session
