/** A thread for tests that answers jobs like the real one, until its third: then it dies. */

import { parentPort } from 'node:worker_threads'

let jobs = 0

parentPort?.on('message', ({ id, step }: { id: number; step: string }) => {
  jobs += 1
  if (jobs > 2) throw new Error('out of luck')
  const ephemeral = { a: '1', srpA: '2' }
  parentPort?.postMessage(step === 'begin' ? { id, step, ephemeral } : { id, step: 'begin' })
})
