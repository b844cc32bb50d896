/**
 * Loaded before the service by NODE_OPTIONS, which its threads read, too: lets a test move the wall clock of that
 * process, by IPC.
 */

import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'

const name = 'offset of the clock'

/** In ms, shared by all threads. */
const offset = isMainThread ? shared() : (getEnvironmentData(name) as Float64Array) // as set below
const realNow = Date.now

Date.now = () => realNow() + (offset[0] ?? 0)

if (isMainThread) {
  process.on('message', (message: { advanceMs?: number }) => {
    if (message.advanceMs === undefined) return
    offset[0] = (offset[0] ?? 0) + message.advanceMs
    process.send?.({ kind: 'moved' })
  })
  // Listening must not keep a process alive that has been drained.
  process.channel?.unref()
}

function shared(): Float64Array {
  const made = new Float64Array(new SharedArrayBuffer(8))
  made[0] = Number(process.env.CLOCK_OFFSET_MS ?? 0)
  setEnvironmentData(name, made)
  return made
}
