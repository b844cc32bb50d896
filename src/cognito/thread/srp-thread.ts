/**
 * The computations of SRP in a worker thread. They take about 2.5 ms of CPU time a login, and simultaneous logins
 * would block the event loop of the calling thread for the sum of it.
 */

import { AppError } from '../../errors.ts'
import type { Ephemeral, SessionKeyInput, SrpArithmetic } from '../srp/srp.ts'
import { createWorkerQueue } from './worker-queue.ts'

export interface SrpThreadOptions {
  /** The worker's module; another one for tests. */
  readonly file?: URL
  /** Jobs that may be waiting or running. A login takes two jobs, one after the other. */
  readonly maxWaiting?: number
}

/** About 300 ms of work: a login beyond that is rejected at once. */
const defaultMaxWaiting = 256

/** srp-worker.ts, or its compiled .js in dist/: it has the extension of this module. */
const workerFile = new URL(import.meta.url.replace(/srp-thread(\.\w+)$/, 'srp-worker$1'))

export type SrpTask =
  | { readonly step: 'generateEphemeral' }
  | { readonly step: 'computeSessionKey'; readonly input: SessionKeyInput }

export type SrpResult = Ephemeral | Uint8Array

/**
 * Methods throw what those of srp.ts throw, and AppError `cognito_unavailable` where the queue is full (reason
 * `srp_queue_full`) or the thread died (reason `srp_thread_died`).
 */
export function createSrpThread(options: SrpThreadOptions = {}): SrpArithmetic {
  const { run, close } = createWorkerQueue<SrpTask, SrpResult>({
    name: 'srp',
    file: options.file ?? workerFile,
    maxWaiting: options.maxWaiting ?? defaultMaxWaiting,
    // The worker needs neither the environment, which may hold secrets, nor Node's flags of the process.
    worker: { env: {}, execArgv: [] }
  })
  return {
    generateEphemeral: async () => {
      const result = await run({ step: 'generateEphemeral' })
      if (result instanceof Uint8Array) throw wrongResult()
      return result
    },
    computeSessionKey: async input => {
      const result = await run({ step: 'computeSessionKey', input })
      if (!(result instanceof Uint8Array)) throw wrongResult()
      return result
    },
    close
  }
}

const wrongResult = () => new AppError('cognito_unavailable', { reason: 'srp_thread_confused' })
