/** The thread that does SRP's arithmetic; its other end is srp-thread.ts. */

import { parentPort } from 'node:worker_threads'
import { begin, sessionKey } from './srp.ts'
import type { Answer, Job } from './srp-jobs.ts'

parentPort?.on('message', (job: Job) => parentPort?.postMessage(work(job)))

function work(job: Job): Answer {
  const { id, step } = job
  try {
    if (step === 'begin') return { id, step, ephemeral: begin() }
    return { id, step, key: sessionKey(job.input) }
  } catch (error) {
    return { id, step: 'failed', message: error instanceof Error ? error.message : 'unknown' }
  }
}
