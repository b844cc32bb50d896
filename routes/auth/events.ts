/** GET /auth/events: what happens to the session, as server-sent events. Never slides the idle timer. */
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { EndReason } from '../../src/auth/end-reason.ts'
import type { Authenticated } from '../../src/auth/session.ts'
import { AppError } from '../../src/errors.ts'
import { EventStream } from '../../src/http/event-stream.ts'
import type { Routes } from '../../src/http/schemas.ts'

const schema = {
  operationId: 'watchSession',
  tags: ['Sessions'],
  summary: 'Events of the session',
  description: `A stream for \`EventSource\`, which needs no header:

- \`session.ended\` \`{ reason }\`: the session has ended; the stream ends.
- \`session.renewed\` \`{}\`: the browser has received a new cookie; the stream ends, and the next one is of the new session.
- \`session.changed\` \`{}\`: read the session again.
- \`session.expiring\` \`{ expiresAt, extendable }\`: the session ends soon; with \`extendable\`, any call but this one and \`GET /auth/session\` extends it.

A comment comes every 20 s. The stream ends when the instance stops: connect again.`,
  produces: ['text/event-stream'],
  response: { 200: Type.String({ description: 'The events.' }) }
}

/** Of one session at one instance: one stream a browser is enough. */
const mostStreams = 10

/** How long before its end a session counts as expiring, in ms; at most a third of the idle time. */
const warnBefore = 120_000

/** Of `setTimeout`, in ms. */
const longestTimer = 2 ** 31 - 1

const events: Routes = async app => {
  const counts = new Map<string, number>()

  function count(handle: string, change: 1 | -1): void {
    const streams = (counts.get(handle) ?? 0) + change
    if (streams > mostStreams) {
      throw new AppError('rate_limited', { reason: 'event_streams', retryAfterSeconds: 30 })
    }
    if (streams > 0) counts.set(handle, streams)
    else counts.delete(handle)
  }

  app.get(
    '/auth/events',
    { schema, exposeHeadRoute: false, config: { readableWithoutHeader: true } },
    (request, reply) => {
      const session = request.signedIn()
      const { handle } = session.data
      // The client has gone: no stream would be closed.
      if (reply.raw.destroyed) return
      count(handle, 1)
      follow(app, session, reply, () => count(handle, -1))
    }
  )
}

/** Sends the events of a session until it ends, the client disconnects or the instance stops. */
function follow(
  app: FastifyInstance,
  session: Authenticated,
  reply: FastifyReply,
  onClose: () => void
): void {
  const stream = new EventStream(reply, () => {
    stopWarning()
    stopWatching()
    stopDraining()
    onClose()
  })
  const { moved, stop: stopWarning } = warnOfExpiry(session, (expiresAt, extendable) =>
    stream.send('session.expiring', { expiresAt: new Date(expiresAt).toISOString(), extendable })
  )
  const stopWatching = app.store.watch(session, {
    onEnd: reason => {
      sendEnd(stream, reason)
      stream.end()
    },
    onChange: () => stream.send('session.changed', {}),
    onActivity: moved
  })
  const stopDraining = app.drain.whenClosing(() => stream.end())
}

function sendEnd(stream: EventStream, reason: EndReason | 'renewed'): void {
  if (reason === 'renewed') stream.send('session.renewed', {})
  else stream.send('session.ended', { reason })
}

/** Warns once of each time at which the session would end. `moved` is to be called with each new idle expiry. */
function warnOfExpiry(
  { data: { expiresAt }, lastSeenAt, idleExpiresAt }: Authenticated,
  onExpiring: (expiresAt: number, extendable: boolean) => void
) {
  const lead = Math.min(warnBefore, (idleExpiresAt - lastSeenAt) / 3)
  let timer: NodeJS.Timeout | undefined
  function schedule(idleEnd: number): void {
    clearTimeout(timer)
    const end = Math.min(idleEnd, expiresAt)
    const wait = end - lead - Date.now()
    const isFarAway = wait > longestTimer
    const next = () => (isFarAway ? schedule(idleEnd) : onExpiring(end, idleEnd < expiresAt))
    timer = setTimeout(next, Math.min(Math.max(0, wait), longestTimer)).unref()
  }
  schedule(idleExpiresAt)
  return { moved: schedule, stop: () => clearTimeout(timer) }
}

export default events
