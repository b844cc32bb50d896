/** The inside of a thread: does the jobs it is sent. Its other end is thread.ts. */

import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { type Answer, type Job, type Notice, toPortable } from './messages.ts'

/** Tells something besides the result. What is told after the job is done gets lost. */
export type Note = (note: unknown) => void

/**
 * A third of the share of whoever competes for the core: enough to let the event loop go first, and enough
 * for a login to be done in time where neighbours take all there is. With 10, a tenth, it was not.
 */
const niceness = 5

/**
 * Where both want the same core, whoever waits for a request comes before whoever computes for a login. Only
 * Linux has priorities of threads: elsewhere it would be that of the process. A sandbox may forbid it.
 */
function giveWay(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(niceness)
  } catch {
    // The thread works as well without.
  }
}

/** Sends a sentence for the operator. */
export function sendNotice(notice: string): void {
  parentPort?.postMessage({ notice } satisfies Notice)
}

/** Answers every job by what `work` makes of it, or by what it throws. */
export function serve<Task, Result>(
  work: (task: Task, note: Note) => Result | Promise<Result>
): void {
  giveWay()
  parentPort?.on('message', async ({ id, task }: Job<Task>) => {
    const notes: unknown[] = []
    const told = () => (notes.length > 0 ? { notes } : {})
    const answer = (message: Answer<Result>) => parentPort?.postMessage(message)
    try {
      const result = await work(task, note => notes.push(note))
      answer({ id, result, ...told() })
    } catch (error) {
      answer({ id, error: toPortable(error), ...told() })
    }
  })
}
