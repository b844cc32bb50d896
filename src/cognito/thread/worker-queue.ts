/** Runs jobs off the event loop: one worker thread with a bounded queue. */

import { Worker, type WorkerOptions } from 'node:worker_threads'
import { AppError } from '../../errors.ts'
import { deserialiseError, type Job, type JobResponse, type Warning } from './messages.ts'

export interface WorkerQueueOptions {
  /** Of the thread, and in reasons of errors: `srp` for `srp_queue_full` and `srp_thread_died`. */
  readonly name: string
  /** The worker's module, which calls `serveJobs`. */
  readonly file: URL
  /** Jobs that may be waiting or running. */
  readonly maxWaiting: number
  readonly worker: WorkerOptions
  /** Receives the trace events of a job, in the asynchronous context of the caller of `run`. */
  readonly onTraceEvents?: ((events: readonly unknown[]) => void) | undefined
  /** Receives warnings for the operator. */
  readonly onWarning?: ((warning: string) => void) | undefined
}

export interface WorkerQueue<Task, Result> {
  /**
   * Has the worker do a job.
   * @throws AppError `cognito_unavailable` where the queue is full or the thread died, and what the job throws.
   */
  run(task: Task): Promise<Result>
  /** Starts the thread, unless it is running, so that the first job need not wait for it to load. */
  start(): void
  close(): void
}

/**
 * Jobs allocate short-lived objects only. Without a limit V8 would grow the young generation to 48 MB, because the
 * modules that the thread loads at its start survive.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 4 }

type Settle<Result> = (response: JobResponse<Result> | AppError) => void

/**
 * The first job starts the thread, unless `start` has, and so does the first job after the thread has died. An idle
 * thread does not keep the process alive.
 */
export function createWorkerQueue<Task, Result>(
  options: WorkerQueueOptions
): WorkerQueue<Task, Result> {
  const { name, maxWaiting, onTraceEvents } = options
  const waiting = new Map<number, Settle<Result>>()
  let worker: Worker | undefined
  let jobs = 0

  function getWorker(): Worker {
    worker ??= startWorker(options, waiting, () => {
      worker = undefined
    })
    return worker
  }

  async function run(task: Task): Promise<Result> {
    if (waiting.size >= maxWaiting) throw unavailable(`${name}_queue_full`)
    const thread = getWorker()
    const job: Job<Task> = { id: ++jobs, task }
    const response = await new Promise<JobResponse<Result> | AppError>(settle => {
      waiting.set(job.id, settle)
      thread.ref()
      thread.postMessage(job)
    })
    if (response instanceof AppError) throw response
    if (response.traceEvents) onTraceEvents?.(response.traceEvents)
    if ('error' in response) throw deserialiseError(response.error)
    return response.result
  }

  return { run, start: () => void getWorker(), close: () => void worker?.terminate() }
}

function startWorker<Result>(
  { name, file, worker: workerOptions, onWarning }: WorkerQueueOptions,
  waiting: Map<number, Settle<Result>>,
  onExit: () => void
): Worker {
  const worker = new Worker(file, { ...workerOptions, resourceLimits, name })
  worker.unref()
  worker.on('message', (message: JobResponse<Result> | Warning) => {
    if ('warning' in message) {
      onWarning?.(message.warning)
      return
    }
    waiting.get(message.id)?.(message)
    waiting.delete(message.id)
    if (waiting.size === 0) worker.unref()
  })
  let cause: unknown
  worker.on('error', error => {
    cause = error
  })
  // Emitted after 'error', and without it where the thread is terminated.
  worker.on('exit', () => {
    onExit()
    for (const settle of waiting.values()) settle(unavailable(`${name}_thread_died`, cause))
    waiting.clear()
  })
  return worker
}

function unavailable(reason: string, cause?: unknown): AppError {
  return new AppError('cognito_unavailable', { reason, cause })
}
