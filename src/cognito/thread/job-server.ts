/** Runs in a worker thread and does the jobs that worker-queue.ts posts to it. */

import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { type Job, type JobResponse, serialiseError, type Warning } from './messages.ts'

/** Records an event for traces, posted with the response of the job. It has no effect after that. */
export type RecordTraceEvent = (event: unknown) => void

/**
 * Gives the worker a third of the CPU share of a competing thread: the event loop goes first, and a login is still
 * done in time on a busy machine. With 10 (a tenth of the share) it was not.
 */
const niceness = 5

/**
 * Lets the event loop run first where it competes with this worker for a core. On Linux only, where threads have
 * priorities: elsewhere the call would change that of the process. A sandbox may forbid it.
 */
function lowerPriority(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(niceness)
  } catch {
    // The worker works without it, too.
  }
}

/** Posts a warning for the operator to the main thread. */
export function sendWarning(warning: string): void {
  parentPort?.postMessage({ warning } satisfies Warning)
}

/** Responds to every job with the result of `work`, or with the error that it throws. */
export function serveJobs<Task, Result>(
  work: (task: Task, record: RecordTraceEvent) => Result | Promise<Result>
): void {
  lowerPriority()
  parentPort?.on('message', async ({ id, task }: Job<Task>) => {
    const traceEvents: unknown[] = []
    const respond = (response: JobResponse<Result>) => parentPort?.postMessage(response)
    try {
      const result = await work(task, event => traceEvents.push(event))
      respond({ id, result, traceEvents })
    } catch (error) {
      respond({ id, error: serialiseError(error), traceEvents })
    }
  })
}
