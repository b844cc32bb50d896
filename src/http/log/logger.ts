/** How this service logs: JSON lines that hold no query, no header, no body and no property nobody foresaw. */
import { type FastifyBaseLogger, LogController } from 'fastify'
import { type LogStream, standardOutput } from '../log-stream.ts'
import { RequestLogger } from '../request-logger.ts'

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
  /** Standard output unless told. */
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

/** The path of a URL, without the query, which may hold what is nobody's business. */
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
