/**
 * SRP's arithmetic in a thread of its own. A login costs some 2.5 ms of computing, and logins that come
 * together would otherwise fall into one turn of somebody's loop.
 */

import { AppError } from '../../errors.ts'
import type { Ephemeral, KeyInput, SrpArithmetic } from '../srp/srp.ts'
import { createThread } from './thread.ts'

export interface SrpThreadOptions {
  /** The worker's module; another one for tests. */
  readonly file?: URL
  /** Jobs that may wait, the one at work included. A login is two jobs, one after the other. */
  readonly maxWaiting?: number
}

/** About 300 ms of work: beyond that it is kinder to say so than to let people wait. */
const defaultMaxWaiting = 256

/** In dist/ and in the sources alike: the neighbour has the extension that this module has. */
const workerFile = new URL(import.meta.url.replace(/srp-thread(\.\w+)$/, 'srp-worker$1'))

export type SrpTask =
  | { readonly step: 'begin' }
  | { readonly step: 'sessionKey'; readonly input: KeyInput }

export type SrpResult = Ephemeral | Uint8Array

/**
 * Its jobs throw AppError `cognito_unavailable` where the queue is full (reason `srp_queue_full`) or
 * the thread died (reason `srp_thread_died`).
 */
export function createSrpThread(options: SrpThreadOptions = {}): SrpArithmetic {
  const { run, close } = createThread<SrpTask, SrpResult>({
    name: 'srp',
    file: options.file ?? workerFile,
    maxWaiting: options.maxWaiting ?? defaultMaxWaiting,
    // The environment may hold secrets; loaders and flags of the process have no business here.
    worker: { env: {}, execArgv: [] }
  })
  return {
    begin: async () => {
      const result = await run({ step: 'begin' })
      if (result instanceof Uint8Array) throw confused()
      return result
    },
    sessionKey: async input => {
      const result = await run({ step: 'sessionKey', input })
      if (!(result instanceof Uint8Array)) throw confused()
      return result
    },
    close
  }
}

const confused = () => new AppError('cognito_unavailable', { reason: 'srp_thread_confused' })
