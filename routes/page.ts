/** GET /*: the single-page application. Unknown addresses give its index to navigations, 404 to others. */
import fastifyStatic from '@fastify/static'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../src/errors.ts'
import type { Routes } from '../src/http/typebox.ts'

export interface PageOptions {
  /** Absolute folder of the built page. */
  root: string
}

const page: Routes<PageOptions> = async (app, { root }) => {
  await app.register(fastifyStatic, { root, cacheControl: false, wildcard: false })
  app.get('/*', (request, reply) => {
    if (!isNavigation(request)) throw new AppError('not_found')
    return reply.header('cache-control', 'no-cache').sendFile('index.html')
  })
}

/** A person going to a page, as opposed to a script asking for a file that is not there. */
function isNavigation({ headers }: FastifyRequest): boolean {
  const mode = headers['sec-fetch-mode']
  if (mode !== undefined) return mode === 'navigate'
  return headers.accept?.includes('text/html') ?? false
}

export default page
