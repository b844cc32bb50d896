/** Gives up on Redis where an answer without it is better than a late one. */

/** @throws Error where `work` takes longer than `deadline` ms, and whatever `work` throws */
export function inTime<T>(work: Promise<T>, deadline: number): Promise<T> {
  return new Promise((resolve, reject) => {
    // One more turn of the event loop: an answer that waited for a busy process is not late.
    const timer = setTimeout(setImmediate, deadline, () => {
      reject(new Error('Redis took too long to answer'))
    })
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
