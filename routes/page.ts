/** GET /*: the single-page application. Unknown addresses give its index to navigations, 404 to others. */
import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../src/errors.ts'
import type { Routes } from '../src/http/typebox.ts'

export interface PageOptions {
  /** Absolute folder of the built page. */
  root: string
}

const page: Routes<PageOptions> = async (app, { root }) => {
  if (!existsSync(root)) {
    app.log.warn('the page is not built: run `npm run build:web`')
    return
  }
  await app.register(fastifyStatic, {
    root,
    // Compressed once, by the build.
    preCompressed: true,
    wildcard: false,
    cacheControl: false,
    setHeaders: cachedFrom(join(root, 'assets') + sep)
  })
  app.get('/*', (request, reply) => {
    if (!isNavigation(request)) throw new AppError('not_found')
    return reply.sendFile('index.html')
  })
}

/** A file in assets/ has the hash of its content in its name: it never changes. All else may with a deployment. */
const cachedFrom = (assets: string) => (reply: FastifyReply, path: string) => {
  const isHashed = path.startsWith(assets)
  reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
}

/** A person going to a page, as opposed to a script asking for a file that is not there. */
function isNavigation({ headers }: FastifyRequest): boolean {
  const mode = headers['sec-fetch-mode']
  if (mode !== undefined) return mode === 'navigate'
  return headers.accept?.includes('text/html') ?? false
}

export default page
