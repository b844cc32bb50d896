/** GET /auth/session: who is logged in here. Never slides the idle timer, never asks Cognito. */
import type { FastifyReply, FastifySchema } from 'fastify'
import type { Authenticated, AuthenticatedSession } from '../../src/auth/session.ts'
import { ActiveSession, type Routes, Session } from '../../src/http/schemas.ts'
import { sessionView } from '../../src/http/views.ts'

// Not by its literal type: the answer is a text already.
const schema: FastifySchema = {
  operationId: 'getSession',
  tags: ['Sessions'],
  summary: 'The session',
  description:
    'The logged-in user, if any. The call never extends the session and never calls Cognito.',
  response: { '2xx': Session }
}

interface Options {
  /** The address of the outbox, which the page shows in local runs. */
  outboxUrl: string | undefined
}

const anonymous = '{"authenticated":false}'

/** An answer, and what of it may change while the data of the session stay. */
interface Text {
  readonly idleExpiresAt: number
  readonly json: string
}

const session: Routes<Options> = async (app, { outboxUrl }) => {
  const texts = new WeakMap<AuthenticatedSession, Text>()

  /** Requests that found the same data mostly get the same answer: the idle end moves once a minute. */
  function textOf(session: Authenticated, reply: FastifyReply): string {
    const { data, idleExpiresAt } = session
    const known = texts.get(data)
    if (known?.idleExpiresAt === idleExpiresAt) return known.json
    // By the one schema that fits: for a union Fastify validates the answer to find out which does.
    const json = reply.serializeInput(sessionView(session), ActiveSession)
    texts.set(data, { idleExpiresAt, json })
    return json
  }

  // Not async: a promise less on the call that every page begins with.
  app.get('/auth/session', { schema }, (request, reply) => {
    if (outboxUrl !== undefined) reply.header('x-local-outbox', outboxUrl)
    reply.header('content-type', 'application/json; charset=utf-8')
    const session = app.sessions.signedIn(request)
    if (session) return textOf(session, reply)
    // Who opens the page and is not logged in is about to.
    app.identity.prepare()
    return anonymous
  })
}

export default session
