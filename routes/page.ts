/** GET /*: the single-page application. Unknown addresses give its index to navigations, 404 to others. */
import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../src/errors.ts'
import {
  indexMissing,
  isNavigation,
  isPartOfPage,
  nextAttempt,
  pageFile,
  reloadOnce
} from '../src/http/page-files.ts'
import type { Routes } from '../src/http/schemas.ts'

export interface PageOptions {
  /** Absolute folder of the built page. */
  root: string
  /** The view in which a password is changed; undefined for a page of one's own, which knows better. */
  changePassword?: string | undefined
}

/**
 * While a deployment is under way, a document may come from one build and the instance that is asked for its
 * parts have another. Such a part is asked for again, at whichever instance the balancer chooses next; where none
 * has it, the document is loaded once more.
 */
const page: Routes<PageOptions> = async (app, { root, changePassword }) => {
  if (!existsSync(root)) app.log.warn('the page is not built: run `npm run build:web`')
  await app.register(fastifyStatic, {
    root,
    serve: false,
    // Compressed once, by the build.
    preCompressed: true,
    cacheControl: false,
    setHeaders: cachedFrom(join(root, 'assets') + sep)
  })
  const toIndex = sendIndex(root)
  const show = async (
    request: FastifyRequest<{ Params: { '*'?: string } }>,
    reply: FastifyReply
  ) => {
    const file = await pageFile(root, request.params['*'] ?? '')
    if (file !== undefined) return reply.sendFile(file)
    // Password managers see by these whether an address of that kind means anything here (W3C, change-password-url).
    const isWish = isChangePassword(request)
    if (isWish && changePassword) return reply.redirect(changePassword, 302)
    const isOfPage = isWish || !request.url.startsWith('/.well-known/')
    if (isNavigation(request) && isOfPage) return toIndex(reply)
    if (!isPartOfPage(request)) throw new AppError('not_found')
    reply.header('cache-control', 'no-store')
    const next = nextAttempt(request.url)
    // On another connection: a balancer may choose an instance for each of those, instead of each request.
    if (next) return reply.header('connection', 'close').redirect(next, 307)
    if (request.headers['sec-fetch-dest'] !== 'script') throw new AppError('not_found')
    return reply.type('text/javascript; charset=utf-8').send(reloadOnce)
  }
  // By name, too: its other methods are refused where it is a known path.
  app.get('/', show)
  app.get('/*', show)
}

const isChangePassword = ({ url }: FastifyRequest) =>
  /^\/\.well-known\/change-password\/?(\?|$)/.test(url)

/** A build that is under way may have removed the index: the browser asks again then, by itself. */
const sendIndex = (root: string) => async (reply: FastifyReply) => {
  if (await pageFile(root, 'index.html')) return reply.sendFile('index.html')
  return reply
    .code(503)
    .headers({ 'retry-after': '2', 'cache-control': 'no-store' })
    .type('text/html; charset=utf-8')
    .send(indexMissing)
}

/** A file in assets/ has the hash of its content in its name: it never changes. All else may with a deployment. */
const cachedFrom = (assets: string) => (reply: FastifyReply, path: string) => {
  const isHashed = path.startsWith(assets)
  reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
}

export default page
