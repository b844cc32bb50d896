/**
 * SRP's arithmetic off the event loop: one worker thread behind a bounded queue. A login costs some
 * 2.5 ms of computing, and logins that come together would otherwise fall into one turn of the loop.
 */

import { Worker } from 'node:worker_threads'
import { AppError } from '../errors.ts'
import type { KeyInput, SrpArithmetic } from './srp.ts'
import type { Answer, Job } from './srp-jobs.ts'

export interface SrpThreadOptions {
  /** The worker's module; another one for tests. */
  readonly file?: URL
  /** Jobs that may wait, the one at work included. A login is two jobs, one after the other. */
  readonly maxQueued?: number
}

/** About 300 ms of work: beyond that it is kinder to say so than to let people wait. */
const defaultMaxQueued = 256

/** In dist/ and in the sources alike: the neighbour has the extension that this module has. */
const workerFile = new URL(import.meta.url.replace(/srp-thread(\.\w+)$/, 'srp-worker$1'))

type Settle = (answer: Answer | AppError) => void
/** A job before it has its number. */
type Task = { readonly step: 'begin' } | { readonly step: 'sessionKey'; readonly input: KeyInput }

/**
 * The thread is started by the first job, again by the first one after its death, and never keeps the
 * process alive by itself.
 *
 * Its jobs throw AppError `cognito_unavailable` where the queue is full (reason `srp_queue_full`) or
 * the thread died (reason `srp_thread_died`).
 */
export function createSrpThread(options: SrpThreadOptions = {}): SrpArithmetic {
  const { file = workerFile, maxQueued = defaultMaxQueued } = options
  const waiting = new Map<number, Settle>()
  let worker: Worker | undefined
  let jobs = 0

  async function run(task: Task): Promise<Answer> {
    if (waiting.size >= maxQueued) throw unavailable('srp_queue_full')
    worker ??= start(file, waiting, () => {
      worker = undefined
    })
    const thread = worker
    const job: Job = { ...task, id: ++jobs }
    const answer = await new Promise<Answer | AppError>(settle => {
      waiting.set(job.id, settle)
      thread.ref()
      thread.postMessage(job)
    })
    if (answer instanceof AppError) throw answer
    if (answer.step === 'failed') throw new Error(answer.message)
    return answer
  }

  return {
    begin: async () => {
      const answer = await run({ step: 'begin' })
      if (answer.step !== 'begin') throw unavailable('srp_thread_confused')
      return answer.ephemeral
    },
    sessionKey: async input => {
      const answer = await run({ step: 'sessionKey', input })
      if (answer.step !== 'sessionKey') throw unavailable('srp_thread_confused')
      return answer.key
    },
    close: () => void worker?.terminate()
  }
}

function start(file: URL, waiting: Map<number, Settle>, onDeath: () => void): Worker {
  // The environment may hold secrets; loaders and flags of the main thread have no business here.
  const worker = new Worker(file, { name: 'srp', env: {}, execArgv: [] })
  worker.unref()
  worker.on('message', (answer: Answer) => {
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
    for (const settle of waiting.values()) settle(unavailable('srp_thread_died', cause))
    waiting.clear()
  })
  return worker
}

function unavailable(reason: string, cause?: unknown): AppError {
  return new AppError('cognito_unavailable', { reason, cause })
}
