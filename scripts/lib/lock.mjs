/** One process at a time: several may be started at once in a clone where nothing is built yet. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** How long a folder may stay without the number of its owner: it is written right after. */
const anonymousFor = 5_000
const pollEvery = 200

/**
 * Runs `work` while holding the lock `folder` (made by mkdir, which is atomic), and waits for it while
 * another process that lives has it. A lock left behind by a killed process is taken over.
 */
export function whileLocked(folder, work) {
  mkdirSync(dirname(folder), { recursive: true })
  const began = Date.now()
  while (!take(folder)) {
    if (!ownerLives(folder, Date.now() - began < anonymousFor)) {
      rmSync(folder, { recursive: true, force: true })
    } else pause(pollEvery)
  }
  try {
    return work()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function take(folder) {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
  writeFileSync(join(folder, 'pid'), String(process.pid))
  return true
}

function ownerLives(folder, otherwise) {
  try {
    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')) || Number.NaN, 0)
    return true
  } catch (error) {
    if (error.code === 'ESRCH') return false
    return error.code === 'EPERM' || otherwise
  }
}

/** Blocks: whoever waits here has nothing else to do. */
function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
