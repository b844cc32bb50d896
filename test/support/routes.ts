/** Every route of the next app that is built, by Fastify's own account of it. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, FastifySchema } from 'fastify'

export interface CollectedRoute {
  readonly method: string
  readonly url: string
  readonly schema: FastifySchema | undefined
  /** Whatever has no route of its own is refused before anything else happens. */
  readonly isRefusal: boolean
}

/** Calls `build` and answers what it built, and the routes that were added meanwhile. */
export async function collectRoutes<T>(
  build: () => Promise<T>
): Promise<{ built: T; routes: CollectedRoute[] }> {
  const routes: CollectedRoute[] = []
  const watch = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance } // the channel's own form
    fastify.addHook('onRoute', ({ method, url, schema, handler, onRequest }) => {
      const isRefusal = Object.is(handler, onRequest)
      for (const one of [method].flat()) routes.push({ method: one, url, schema, isRefusal })
    })
  }
  subscribe('fastify.initialization', watch)
  try {
    return { built: await build(), routes }
  } finally {
    unsubscribe('fastify.initialization', watch)
  }
}
