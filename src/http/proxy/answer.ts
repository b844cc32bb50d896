/** An answer of the API on its way to the browser: whole where it is small, else as it arrives. */
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Dispatcher } from 'undici'
import { AppError } from '../../errors.ts'
import { isNavigation } from '../cross-site.ts'
import { answerBody } from './bodies.ts'
import { type AnswerHeaders, asAttachment, privately, returnHeaders } from './headers.ts'
import type { ProxyRoute } from './upstream.ts'

type Controller = Dispatcher.DispatchController

export interface Head {
  readonly status: number
  readonly headers: AnswerHeaders
  /** Path and query that the API was asked for. */
  readonly asked: string
  readonly route: ProxyRoute
}

/**
 * Nothing is sent before the first byte of the body or the end, so that an answer that breaks off earlier can
 * still become a problem document. `reply.send` sends it: what hooks add to answers is added here, too.
 */
export class Answer {
  readonly #reply: FastifyReply
  readonly #controller: Controller
  readonly #head: Head
  /** What has arrived of the body before any of it was sent on. */
  readonly #parts: Buffer[] = []
  /** A body that did not come at once. */
  #body: Readable | undefined
  #state: 'sent on' | 'held' | 'dropped' = 'sent on'
  #isComplete = false
  #failure: Error | undefined

  constructor(reply: FastifyReply, controller: Controller, head: Head) {
    this.#reply = reply
    this.#controller = controller
    this.#head = head
  }

  /** Whether all of it has arrived here. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  /** Whether the browser is being sent what arrives. */
  get isUnderWay(): boolean {
    return this.#body !== undefined
  }

  push(chunk: Buffer): void {
    if (this.#state === 'dropped') return
    if (this.#body) {
      if (this.#body.push(chunk)) return
      this.#controller.pause()
      // What is held back holds a connection to the API.
      this.#head.route.shared.stalled.add(this)
      return
    }
    this.#parts.push(chunk)
    // A small body arrives with its head, to its end: a tick later all of it is there and sent, in one
    // write instead of a pipe with its listeners.
    if (this.#parts.length === 1) process.nextTick(sendStart, this)
  }

  end(): void {
    if (this.#isComplete) return
    this.#isComplete = true
    if (this.#body) this.#body.push(null)
    else if (this.#state === 'sent on') this.#sendWhole()
  }

  /** After the head the browser's connection breaks, too: nothing short may look whole. */
  breakOff(cause: Error): void {
    if (this.#isComplete) return
    this.#failure = cause
    if (this.#state !== 'sent on') return
    if (this.#body) {
      if (this.#reply.raw.headersSent) breakConnection(this.#reply)
      this.#body.destroy(upstreamError(cause))
    } else fail(this.#reply, cause)
  }

  /** Sends nothing on for now. */
  hold(): void {
    this.#state = 'held'
    this.#controller.pause()
  }

  /** Sends on what was held. */
  release(): void {
    this.#state = 'sent on'
    if (this.#failure) fail(this.#reply, this.#failure)
    else if (this.#isComplete) this.#sendWhole()
    else this.#controller.resume()
  }

  /** What still comes is read and not sent on: the connection to the API can be used again. */
  drop(): void {
    this.#state = 'dropped'
    if (!this.#isComplete) this.#controller.resume()
  }

  /** Frees the connection to the API that a browser holds by taking nothing more. */
  giveUp(): void {
    this.#reply.log.info('an answer was not taken any further, and is broken off')
    breakConnection(this.#reply)
  }

  /** What has arrived of a body that is not complete, and the rest as it comes. */
  sendStart(): void {
    if (this.#isComplete || this.#failure || this.#state !== 'sent on') return
    this.#body = answerBody(this.#controller, () => this.#head.route.shared.stalled.delete(this))
    for (const part of this.#parts) this.#body.push(part)
    this.#send(this.#body)
  }

  #sendWhole(): void {
    const [first, ...more] = this.#parts
    // Fastify would call a body of no type octets if it came in one piece.
    if (first && this.#head.headers['content-type'] === undefined) {
      this.#send(Readable.from(this.#parts))
    } else {
      this.#send(more.length === 0 ? first : Buffer.concat(this.#parts))
    }
  }

  #send(body: Buffer | Readable | undefined): void {
    const reply = this.#reply
    const { status, headers, asked, route } = this.#head
    returnHeaders({ headers, asked, route }, (name, value) => reply.header(name, value))
    if (route.isCached) allowToKeep(reply, headers)
    if (isNavigation(reply.request.headers)) {
      reply.header('content-disposition', asAttachment(headers['content-disposition']))
    }
    // What has no content has no length either (RFC 9110 section 8.6).
    if (status === 204) reply.removeHeader('content-length')
    closeIfUnread(reply)
    reply.code(status).send(body)
  }
}

/** As the API says, but for this user and this purpose alone. What only a question can be kept by is asked again. */
function allowToKeep(reply: FastifyReply, headers: AnswerHeaders): void {
  const { method } = reply.request
  if (method !== 'GET' && method !== 'HEAD') return
  const isKeepable = headers.etag !== undefined || headers['last-modified'] !== undefined
  const said = headers['cache-control'] ?? (isKeepable ? 'no-cache' : 'no-store')
  reply.header('cache-control', privately(String(said)))
  if (headers.vary !== undefined)
    reply.header('vary', `${reply.getHeader('vary')}, ${headers.vary}`)
}

/** Ends an answer of which a part has been sent, so that it cannot be taken for the whole. */
export function breakConnection({ raw, request }: FastifyReply): void {
  // To HTTP/1.0 the end of the connection is the end of the answer, unless it is reset.
  if (request.raw.httpVersionMinor === 0) raw.socket?.resetAndDestroy()
  else raw.destroy()
}

const sendStart = (answer: Answer) => answer.sendStart()

/** Answers a request for which the API has no answer. */
export function fail(reply: FastifyReply, cause: Error): void {
  refuse(reply, upstreamError(cause))
}

/** Answers a request for which the API is not asked (any more). */
export function refuse(reply: FastifyReply, error: AppError): void {
  closeIfUnread(reply)
  reply.send(error)
}

/** The rest of the request's body will not be read, so no further request on the connection could be. */
function closeIfUnread(reply: FastifyReply): void {
  if (!reply.request.raw.complete) reply.header('connection', 'close')
}

const upstreamError = (cause: Error) =>
  new AppError('upstream_error', { reason: cause.message || cause.name, cause })

// Where an answer of the API leads, as the browser has to see it.

/** Where the API is, for this service and for browsers. */
export interface Route {
  /** Path of this service below which the API is, without a slash at its end. */
  readonly prefix: string
  /** Base URL of the API. */
  readonly upstream: URL
  /** Its path, before that of every call, without a slash at its end. */
  readonly basePath: string
  readonly publicOrigin: URL
}

/**
 * A `Location` or `Content-Location` below the base of the API, as a path below the prefix. Any other that leads
 * to the host of the API is left out (undefined): a browser cannot reach it, and it is internal. What
 * leads to other hosts, or is a path outside the base, stays as it is.
 * @param asked path and query that the API was asked for, its base included
 */
export function publicLocation(value: string, asked: string, route: Route): string | undefined {
  const { upstream, publicOrigin } = route
  const base = upstream.origin + asked
  if (!URL.canParse(value, base)) return undefined
  const url = new URL(value, base)
  const namesHost = /^\s*(?:[a-z][a-z\d+.-]*:|[\\/]{2})/i.test(value)
  const isPublic = url.origin === publicOrigin.origin
  const isInternal = !isPublic && url.hostname === upstream.hostname
  if (!isInternal && !isPublic) return value
  const path = publicPath(url.pathname, route)
  if (path !== undefined && /^https?:$/.test(url.protocol)) return path + url.search + url.hash
  return isInternal && namesHost ? undefined : value
}

/** The same for each target of `Link` headers (RFC 8288); one with a target that is left out goes as a whole. */
export function publicLinks(values: readonly string[], asked: string, route: Route): string[] {
  return values.flatMap(value => {
    let isWhole = true
    const link = value.replace(/<([^>]*)>/g, (_, target: string) => {
      const location = publicLocation(target, asked, route)
      if (location === undefined) isWhole = false
      return `<${location}>`
    })
    return isWhole ? [link] : []
  })
}

/** An API that minds `X-Forwarded-Prefix` says it below the prefix already: the longer of both is what it meant. */
function publicPath(path: string, { prefix, basePath }: Route): string | undefined {
  const isPublic = isBelow(path, prefix)
  if (isPublic && prefix.length > basePath.length) return path
  if (isBelow(path, basePath)) return prefix + path.slice(basePath.length)
  return isPublic ? path : undefined
}

const isBelow = (path: string, base: string) => path === base || path.startsWith(`${base}/`)
