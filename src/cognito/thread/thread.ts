/** Work off the event loop: one worker thread behind a bounded queue. */

import { Worker, type WorkerOptions } from 'node:worker_threads'
import { AppError } from '../../errors.ts'
import { type Answer, fromPortable, type Job, type Notice } from './messages.ts'

export interface ThreadOptions {
  /** For logs and debuggers: `srp` gives the reasons `srp_queue_full` and `srp_thread_died`. */
  readonly name: string
  /** Its module, which calls `serve`. */
  readonly file: URL
  /** Jobs that may wait, those at work included. */
  readonly maxWaiting: number
  readonly worker: WorkerOptions
  /** Gets what a job told besides its result, in the asynchronous context of whoever gave it. */
  readonly onNotes?: ((notes: readonly unknown[]) => void) | undefined
  /** Gets a sentence for the operator. */
  readonly onNotice?: ((sentence: string) => void) | undefined
}

export interface Thread<Task, Result> {
  /**
   * @throws AppError `cognito_unavailable` where the queue is full or the thread died; else what the work
   * threw.
   */
  run(task: Task): Promise<Result>
  /** Starts the thread, if it is not there: what it does at its start need not wait for the first job. */
  start(): void
  close(): void
}

/**
 * What jobs leave behind is short-lived; V8 would give the space for it 48 MB, because what a thread loads at its
 * start is not.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 4 }

type Settle<Result> = (answer: Answer<Result> | AppError) => void

/**
 * The thread is started by its first job at the latest, again by the first one after its death, and never keeps the
 * process alive by itself.
 */
export function createThread<Task, Result>(options: ThreadOptions): Thread<Task, Result> {
  const { name, maxWaiting, onNotes } = options
  const waiting = new Map<number, Settle<Result>>()
  let worker: Worker | undefined
  let jobs = 0

  function started(): Worker {
    worker ??= begin(options, waiting, () => {
      worker = undefined
    })
    return worker
  }

  async function run(task: Task): Promise<Result> {
    if (waiting.size >= maxWaiting) throw unavailable(`${name}_queue_full`)
    const thread = started()
    const job: Job<Task> = { id: ++jobs, task }
    const answer = await new Promise<Answer<Result> | AppError>(settle => {
      waiting.set(job.id, settle)
      thread.ref()
      thread.postMessage(job)
    })
    if (answer instanceof AppError) throw answer
    if (answer.notes) onNotes?.(answer.notes)
    if ('error' in answer) throw fromPortable(answer.error)
    return answer.result
  }

  return { run, start: () => void started(), close: () => void worker?.terminate() }
}

function begin<Result>(
  { name, file, worker: workerOptions, onNotice }: ThreadOptions,
  waiting: Map<number, Settle<Result>>,
  onDeath: () => void
): Worker {
  const worker = new Worker(file, { ...workerOptions, resourceLimits, name })
  worker.unref()
  worker.on('message', (answer: Answer<Result> | Notice) => {
    if ('notice' in answer) {
      onNotice?.(answer.notice)
      return
    }
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
    if (waiting.size === 0) worker.unref()
  })
  let cause: unknown
  worker.on('error', error => {
    cause = error
  })
  // Comes after 'error', and alone where the thread is ended from outside.
  worker.on('exit', () => {
    onDeath()
    for (const settle of waiting.values()) settle(unavailable(`${name}_thread_died`, cause))
    waiting.clear()
  })
  return worker
}

function unavailable(reason: string, cause?: unknown): AppError {
  return new AppError('cognito_unavailable', { reason, cause })
}
