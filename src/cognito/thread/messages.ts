/** What a thread and whoever gave it work say to each other. */
import { AppError, type AppErrorOptions, type ErrorCode } from '../../errors.ts'

export interface Job<Task> {
  readonly id: number
  readonly task: Task
}

/** A sentence for the operator, about no job in particular. */
export interface Notice {
  readonly notice: string
}

export type Answer<Result> = {
  readonly id: number
  /** What was to be told besides, whatever came of the job. */
  readonly notes?: readonly unknown[]
} & ({ readonly result: Result } | { readonly error: PortableError })

// Errors on their way between threads. Copying an error as it is would lose its class, and with it the
// code that the client is told.

export interface PortableError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly cause: PortableError | undefined
  /** Of an AppError: its row of the catalogue, and what was known of the case. */
  readonly app: { readonly code: ErrorCode; readonly options: AppErrorOptions } | undefined
}

/** Causes of causes that are kept; what lies deeper helps nobody. */
const deepest = 5

/** Name, message, stack and causes; any other member may hold an answer with a token in it, and stays. */
export function toPortable(error: unknown, depth = 0): PortableError {
  if (!(error instanceof Error)) {
    return {
      name: 'Error',
      message: `thrown: ${typeof error}`,
      stack: undefined,
      cause: undefined,
      app: undefined
    }
  }
  const { name, message, stack } = error
  const goesOn = error.cause !== undefined && depth < deepest
  const cause = goesOn ? toPortable(error.cause, depth + 1) : undefined
  return { name, message, stack, cause, app: appPart(error) }
}

function appPart(error: Error): PortableError['app'] {
  if (!(error instanceof AppError)) return undefined
  const { code, detail, errors, passwordRule, delivery, retryAfterSeconds, reason, trigger } = error
  const options = {
    detail,
    ...(errors && { errors }),
    ...(passwordRule && { passwordRule }),
    ...(delivery && { delivery }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(reason !== undefined && { reason }),
    ...(trigger && { trigger })
  }
  return { code, options }
}

/** The error as it was thrown, stack included: an AppError, or an Error under its name. */
export function fromPortable({ name, message, stack, cause: from, app }: PortableError): Error {
  const cause = from && fromPortable(from)
  const error = app
    ? new AppError(app.code, { ...app.options, cause })
    : Object.assign(new Error(message, { cause }), { name })
  if (stack !== undefined) error.stack = stack
  return error
}
