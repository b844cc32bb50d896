/** Deadlines on replies of Redis. */

/**
 * Calls `onExpired` after `ms`, and one more turn of the event loop: a reply that arrived while the process was busy
 * is read in that turn, and is not late.
 */
export function startDeadline(ms: number, onExpired: () => void): NodeJS.Timeout {
  return setTimeout(setImmediate, ms, onExpired)
}

/**
 * Resolves as `work` does. For callers that do better without Redis than with a late reply.
 * @throws Error where `work` takes longer than `ms`, and whatever `work` throws
 */
export function withinDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = startDeadline(ms, () => reject(new Error('Redis took too long to answer')))
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
