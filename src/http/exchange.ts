/** When a request is over, and how it ended, for everybody who keeps books about requests. */
import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'

const works = Symbol('works')

type Watched = ServerResponse & { [works]?: (() => void)[] }

/** Runs once, when the answer has left or the caller has hung up. What it throws is logged. */
export function onceOver(reply: FastifyReply, work: () => void): void {
  const raw: Watched = reply.raw
  if (raw[works]) {
    raw[works].push(work)
    return
  }
  raw[works] = [work]
  // One listener for all who wait, and not by `once`: a stream closes once anyway.
  raw.on('close', () => {
    for (const each of raw[works] ?? []) attempt(each, reply)
  })
}

/** Aborted once the request is over, for work that is not to begin after that. */
export function untilOver(reply: FastifyReply): AbortSignal {
  const over = new AbortController()
  if (reply.raw.destroyed) over.abort()
  else onceOver(reply, () => over.abort())
  return over.signal
}

function attempt(work: () => void, { log }: FastifyReply): void {
  try {
    work()
  } catch (err) {
    // Nobody above could catch it: a mistake in keeping books must not end the process.
    log.error({ err }, 'the end of a request could not be noted')
  }
}

/** How the client sees the end: 499 is what proxies log for a caller who did not wait. */
export function statusOf({ raw }: FastifyReply): number {
  return raw.writableFinished ? raw.statusCode : 499
}
