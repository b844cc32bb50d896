/** Waiting for a store that is away for a moment, where it is too late to refuse. */
import { setTimeout as sleep } from 'node:timers/promises'
import { isCode } from './refusals.ts'

const pause = 100
const limit = 2500

/** Repeats `work` while the store does not answer, for up to 2.5 s. Throws what it threw last. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + limit
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isCode(error, 'store_unavailable') || performance.now() > giveUpAt) throw error
    }
    await sleep(pause)
  }
}
