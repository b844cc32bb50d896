/** The logger of a request: each line says which request it is about, and which trace that is a part of. */
import type { FastifyBaseLogger } from 'fastify'
import { traceIdOf } from './trace-context.ts'

interface Identified {
  readonly id: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/**
 * A child logger that is made when something is written: few requests write any line but the one about
 * themselves (request-line.ts), and a child for each was 5 of their 30 us.
 */
export class RequestLogger implements FastifyBaseLogger {
  readonly #parent: FastifyBaseLogger
  readonly #request: Identified
  readonly #options: object
  #own: FastifyBaseLogger | undefined

  constructor(parent: FastifyBaseLogger, request: Identified, options: object) {
    this.#parent = parent
    this.#request = request
    this.#options = options
  }

  get level(): string {
    return this.#logger().level
  }

  set level(level: string) {
    this.#logger().level = level
  }

  trace(...line: unknown[]): void {
    this.#write('trace', line)
  }

  debug(...line: unknown[]): void {
    this.#write('debug', line)
  }

  info(...line: unknown[]): void {
    this.#write('info', line)
  }

  warn(...line: unknown[]): void {
    this.#write('warn', line)
  }

  error(...line: unknown[]): void {
    this.#write('error', line)
  }

  fatal(...line: unknown[]): void {
    this.#write('fatal', line)
  }

  silent(): void {}

  child(...options: Parameters<FastifyBaseLogger['child']>): FastifyBaseLogger {
    return this.#logger().child(...options)
  }

  #logger(): FastifyBaseLogger {
    this.#own ??= this.#parent.child(this.#ids(), this.#options)
    return this.#own
  }

  #ids() {
    const { id: reqId, headers } = this.#request
    return { reqId, traceId: traceIdOf(headers.traceparent, reqId) }
  }

  #write(level: Level, line: unknown[]): void {
    const logger = this.#logger()
    Reflect.apply(logger[level], logger, line)
  }
}
