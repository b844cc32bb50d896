/** Repeats work that has failed, where it is too late to refuse the request. */
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode } from './shared-errors.ts'

/** Runs `work` again at once where it fails: most failures are a lost connection. Throws the second error. */
export function retryOnce<T>(work: () => Promise<T>): Promise<T> {
  return work().catch(work)
}

/** In ms. */
const pause = 100
const giveUpAfter = 2500

/** Repeats `work` while the session store is unavailable, for up to 2.5 s. Throws the last error. */
export async function retryWhileStoreUnavailable<T>(work: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + giveUpAfter
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!hasCode(error, 'store_unavailable') || performance.now() > giveUpAt) throw error
    }
    await sleep(pause)
  }
}
