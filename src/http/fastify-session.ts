/** @fastify/session, used for the one thing it does for us: beginning a session. */
import session, { type FastifySessionOptions } from '@fastify/session'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'

type Opener = (request: FastifyRequest) => void

/**
 * @fastify/session without its hooks and its reading: puts a session with a new id into `request.session`.
 * Its hooks would draw an id for every anonymous request (13 of 44 us of CPU time), look for changes by hashing
 * every other session (4 of 74 us), and leave out the cookie behind a TLS terminator, whose last hop is plain
 * HTTP. What it builds around a session that was read (two cookies, a text, a hash of it) serves those hooks
 * alone, at 4 of 40 us. Registered in a scope without routes they never run; what they did is done by
 * plugins/session-cookie.ts.
 */
export async function sessionOpener(
  app: FastifyInstance,
  options: FastifySessionOptions
): Promise<Opener> {
  let opener: Opener | undefined
  const withoutRoutes: FastifyPluginAsync = async scope => {
    await scope.register(session, options)
    // No cookie of ours is empty: the library does not ask the store, and calls back at once.
    opener = request => scope.decryptSession('', request, () => undefined)
  }
  await app.register(withoutRoutes)
  if (opener) return opener
  throw new Error('@fastify/session was not registered')
}
