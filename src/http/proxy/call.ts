/** One call of the API for a request: asked with a token, asked again with a better one, given up. */

import type { FastifyReply } from 'fastify'
import type { Dispatcher } from 'undici'
import { endedMeanwhileError } from '../../auth/shared-errors.ts'
import { AppError } from '../../errors.ts'
import { withRequestContext } from '../log/request-context.ts'
import type { Caller } from './admission.ts'
import { Answer, breakConnection, fail, refuse } from './answer.ts'
import { requestBody } from './bodies.ts'
import type { CallOptions } from './call-options.ts'
import { isDeadKeptAlive } from './connections.ts'
import { type AnswerHeaders, refusesToken, upstreamHeaders } from './headers.ts'
import type { ProxyRoute } from './upstream.ts'

type Controller = Dispatcher.DispatchController

/** Between two parts of an answer, in ms, where the route does not wait longer for the first. */
const longestSilence = 60_000

/**
 * In ms. Most calls are over before it is worth watching their session, and one that is nearly over is not cut off by a
 * logout beside it. A timer each: calls that a Map or a Set has held cost a fifth of the throughput in garbage
 * collection.
 */
const youngFor = 1000

function watchLate(call: UpstreamCall): void {
  call.watchSession()
}

/** undici calls its handlers; every other caller uses `begin`. */
export class UpstreamCall implements Dispatcher.DispatchHandler, Caller {
  readonly user: string
  readonly #route: ProxyRoute
  readonly #reply: FastifyReply
  readonly #options: CallOptions
  #controller: Controller | undefined
  #answer: Answer | undefined
  /** No client waits for it any more. */
  #isOver = false
  /** It has a connection, which the next one waits for. */
  #isAdmitted = false
  #isRepeated = false
  #watchTimer: NodeJS.Timeout | undefined
  #stopWatching: (() => void) | undefined

  constructor(route: ProxyRoute, reply: FastifyReply, options: CallOptions) {
    this.#route = route
    this.#reply = reply
    this.#options = options
    this.user = options.user
  }

  /** Calls, and sees to it that the request is answered. Throws nothing. */
  begin(): void {
    const { raw } = this.#reply
    // Who hung up while the token was got has closed it already.
    if (raw.destroyed) return
    const { bodyLimit = Number.POSITIVE_INFINITY } = this.#route
    if (Number(this.#reply.request.headers['content-length'] ?? 0) > bodyLimit) {
      refuse(this.#reply, new AppError('payload_too_large'))
      return
    }
    raw.on('close', () => this.#over())
    this.#watchTimer = setTimeout(watchLate, youngFor, this)
    if (this.#route.shared.admission.enter(this)) this.#call()
  }

  /** From now on it ends with its session. */
  watchSession(): void {
    this.#stopWatching = this.#options.watch?.(() => this.#endWithSession())
  }

  get #asked(): string {
    const asked = this.#route.basePath + this.#options.path
    return asked.startsWith('/') ? asked : `/${asked}`
  }

  start(): void {
    const { context } = this.#reply.request
    // It is another request whose end made room.
    if (context) withRequestContext(context, () => this.#call())
    else this.#call()
  }

  refuse(error: AppError): void {
    this.#isOver = true
    refuse(this.#reply, error)
  }

  #call(): void {
    this.#isAdmitted = true
    if (this.#isOver) {
      // Hung up between the end of the wait and now.
      this.#leave()
      return
    }
    this.#dispatch()
  }

  #dispatch(): void {
    const { request } = this.#reply
    const { prefix, publicOrigin: origin, timeout, shared } = this.#route
    const { token } = this.#options
    const { ip, id: requestId, method } = request
    const headers = upstreamHeaders(request.headers, { token, ip, requestId, origin, prefix })
    const body = requestBody(request.body, this.#route.bodyLimit)
    shared.connections.dispatch(
      {
        path: this.#asked,
        method,
        headers,
        body,
        headersTimeout: timeout,
        // Does not run while an answer is held back, because the browser is slow or gone: that is `stalled`.
        bodyTimeout: Math.max(timeout, longestSilence)
      },
      this
    )
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    // It had to wait until there was a connection, and was waited for no longer.
    if (this.#isOver) controller.abort(new Error('the caller hung up'))
  }

  onResponseStart(controller: Controller, status: number, headers: AnswerHeaders): void {
    // Interim answers are between the API and us (RFC 9110 section 15.2).
    if (status < 200 || this.#isOver) return
    if (status > 599) {
      controller.abort(new Error(`the status ${status} is impossible`))
    } else {
      this.#answer = new Answer(this.#reply, controller, {
        status,
        headers,
        asked: this.#asked,
        route: this.#route
      })
      // undici takes a length that describes what is *not* sent for that of a body (RFC 9110 section 8.6).
      if (status === 304 || status === 204) this.#answer.end()
      const { isLast, token } = this.#options
      if (token && !isLast && refusesToken(headers)) this.#hold(this.#answer, token)
    }
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.#answer?.push(chunk)
  }

  onResponseEnd(): void {
    this.#leave()
    this.#answer?.end()
  }

  onResponseError(_controller: Controller | undefined, error: Error): void {
    if (this.#isWorthRepeating(error)) {
      this.#isRepeated = true
      this.#dispatch()
      return
    }
    this.#leave()
    if (this.#isOver) return
    if (this.#answer) this.#answer.breakOff(error)
    else if (error instanceof AppError) refuse(this.#reply, error)
    else fail(this.#reply, error)
  }

  /** The API has not seen it: it had closed a connection that we took for open. */
  #isWorthRepeating(error: Error): boolean {
    if (this.#isRepeated || this.#isOver || this.#answer) return false
    const { method } = this.#reply.request
    return (method === 'GET' || method === 'HEAD') && isDeadKeptAlive(error)
  }

  #hold(refusal: Answer, refused: string): void {
    refusal.hold()
    const { context } = this.#reply.request
    // What happens on a connection to the API knows nothing of the request.
    if (context) withRequestContext(context, () => void this.#askAgain(refusal, refused))
    else void this.#askAgain(refusal, refused)
  }

  /**
   * The API says that the token is no good (any more), though by our clock it is: a clock is wrong, or the
   * user was signed out at Cognito. A refresh tells. What had no body is then sent once more.
   */
  async #askAgain(refusal: Answer, refused: string): Promise<void> {
    const reply = this.#reply
    try {
      const token = (await this.#options.replaceToken?.(refused)) ?? refused
      if (this.#isOver) return
      const { method } = reply.request
      const isRepeatable = method === 'GET' || method === 'HEAD'
      if (token === refused || !isRepeatable) return refusal.release()
      this.#drop(refusal)
      const options = { ...this.#options, token, isLast: true }
      new UpstreamCall(this.#route, reply, options).begin()
    } catch (error) {
      if (this.#isOver) return
      this.#drop(refusal)
      reply.send(error)
    }
  }

  #drop(refusal: Answer): void {
    this.#isOver = true
    refusal.drop()
  }

  /** What has been sent of an answer stays incomplete; without any, the answer is that the session has ended. */
  #endWithSession(): void {
    if (this.#isOver || this.#answer?.isComplete) return
    const { raw, log } = this.#reply
    log.info('the session has ended: what is under way for it is broken off')
    if (raw.headersSent || this.#answer?.isUnderWay) breakConnection(this.#reply)
    else {
      this.#abandon()
      refuse(this.#reply, endedMeanwhileError())
    }
  }

  /** Runs at the end of every request. */
  #over(): void {
    clearTimeout(this.#watchTimer)
    this.#stopWatching?.()
    this.#abandon()
  }

  /** What has not come by now is dropped. */
  #abandon(): void {
    if (this.#isOver || this.#answer?.isComplete) return
    this.#isOver = true
    this.#route.shared.admission.quit(this)
    this.#answer?.drop()
    this.#controller?.abort(new Error('the caller hung up'))
  }

  #leave(): void {
    if (!this.#isAdmitted) return
    this.#isAdmitted = false
    this.#route.shared.admission.leave(this)
  }
}
