/** How this service logs: JSON lines that hold no query, no header, no body and no property that is not listed here. */
import { type FastifyBaseLogger, LogController } from 'fastify'
import { destination } from 'pino'
import { traceIdOf } from './request-context.ts'

/** Fastify's own two lines a request hold the full URL. Ours is one, in request-line.ts. */
class WithoutRequestLines extends LogController {
  override incomingRequest(): void {}
  override requestCompleted(): void {}
  override routeNotFound(): void {}
}

interface Addressed {
  readonly method: string
  readonly url: string
}

const serializers = {
  req: ({ method, url }: Addressed) => ({ method, path: pathOf(url) }),
  err: (error: unknown) => loggableError(error)
}

export interface LogTo {
  /** The least severe level that is logged. */
  readonly level: string
  /** Default: standard output. */
  readonly stream?: LogStream
}

/** The server options for logging. */
export function logging({ level, stream = standardOutput() }: LogTo) {
  const logger = { level, stream, serializers }
  return { logger, logController: new WithoutRequestLines(), childLoggerFactory }
}

/** Every line made for a request says which one, and which trace it is a part of. */
function childLoggerFactory(
  logger: FastifyBaseLogger,
  { reqId = '' }: { readonly reqId?: string },
  options: object,
  { headers }: { readonly headers: Readonly<Record<string, string | string[] | undefined>> }
): FastifyBaseLogger {
  return new RequestLogger(logger, { id: reqId, headers }, options)
}

/** The path of a URL, without the query, which may hold personal data. */
export function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  return (end === -1 ? url : url.slice(0, end)).slice(0, 256)
}

/** What is logged of an error. */
interface LoggableError {
  [detail: string]: unknown
  readonly type: string
  readonly message: string
  readonly stack: string
}

const deepest = 4

/**
 * An error by an allow-list: libraries hang raw packets, requests and answers on theirs, with every
 * cookie and token in them.
 */
export function loggableError(error: unknown, depth = 0): LoggableError {
  if (!(error instanceof Error)) return { type: typeof error, message: '', stack: '' }
  const { name, message, stack = '', cause } = error
  const goesOn = cause !== undefined && depth < deepest
  return {
    type: name,
    message,
    ...textsOf(error, ['code', 'reason']),
    stack,
    ...(goesOn && { cause: loggableError(cause, depth + 1) })
  }
}

function textsOf(error: Error, names: readonly string[]): object {
  const found = names.map(name => [name, Reflect.get(error, name)] as const)
  return Object.fromEntries(found.filter(([, value]) => typeof value === 'string'))
}

// Standard output for the log: the lines of one turn of the event loop leave in one write.

export interface LogStream {
  write(line: string): void
}

/** What waits at most, in characters. */
const fullAt = 64 * 1024

/**
 * Writing each line on its own took a third of the time of an anonymous request. So the lines of one turn of the event
 * loop are written together, at its end or when the process ends. A process that is killed may lose the lines of its
 * last turn; the responses of that turn may be lost as well.
 */
export function standardOutput(): LogStream {
  const inTurns = linesOfTurns(destination({ dest: 1, sync: true }))
  process.on('exit', inTurns.flush)
  return inTurns
}

export function linesOfTurns(out: LogStream): LogStream & { flush(): void } {
  let lines = ''
  function flush(): void {
    const leaving = lines
    lines = ''
    if (leaving !== '') out.write(leaving)
  }
  return {
    write(line) {
      if (lines === '') setImmediate(flush)
      lines += line
      if (lines.length > fullAt) flush()
    },
    flush
  }
}

// The logger of a request: each line says which request it is about, and which trace that is a part of.

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
