/** The messages between the main thread (worker-queue.ts) and a worker (job-server.ts). */
import { AppError, type AppErrorOptions, type ErrorCode } from '../../errors.ts'

export interface Job<Task> {
  readonly id: number
  readonly task: Task
}

/** A warning for the operator, not about a particular job. */
export interface Warning {
  readonly warning: string
}

export type JobResponse<Result> = {
  readonly id: number
  /** Recorded by the job, whether it succeeded or failed. */
  readonly traceEvents?: readonly unknown[]
} & ({ readonly result: Result } | { readonly error: SerialisedError })

/** An error as posted between threads: structured cloning would lose its class, and the code of an AppError. */
export interface SerialisedError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly cause: SerialisedError | undefined
  /** Of an AppError: its code and the options that it was created with. */
  readonly app: { readonly code: ErrorCode; readonly options: AppErrorOptions } | undefined
}

/** How many levels of `cause` are kept. */
const maxCauses = 5

/** Keeps name, message, stack and causes only: other properties may hold a response with a token. */
export function serialiseError(error: unknown, depth = 0): SerialisedError {
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
  const hasCause = error.cause !== undefined && depth < maxCauses
  const cause = hasCause ? serialiseError(error.cause, depth + 1) : undefined
  return { name, message, stack, cause, app: appErrorFields(error) }
}

function appErrorFields(error: Error): SerialisedError['app'] {
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

/** The error that was serialised, with its stack: an AppError, or an Error with the same name. */
export function deserialiseError(serialised: SerialisedError): Error {
  const { name, message, stack, app } = serialised
  const cause = serialised.cause && deserialiseError(serialised.cause)
  const error = app
    ? new AppError(app.code, { ...app.options, cause })
    : Object.assign(new Error(message, { cause }), { name })
  if (stack !== undefined) error.stack = stack
  return error
}
