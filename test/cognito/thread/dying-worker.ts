/** A thread for tests that answers jobs like the real one, until its third: then it dies. */

import { parentPort } from 'node:worker_threads'

let jobs = 0

parentPort?.on('message', ({ id }: { id: number }) => {
  jobs += 1
  if (jobs > 2) throw new Error('out of luck')
  parentPort?.postMessage({ id, result: { a: '1', srpA: '2' } })
})
