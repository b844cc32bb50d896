/** Lets only so many things happen at once; the others wait in the order they came. */

/** Answers a function that runs `work`, or runs it later, and settles as it does. */
export function inTurn(atOnce: number) {
  const waiting: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running === atOnce) await new Promise<void>(go => waiting.push(go))
    else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // The place is handed on, not given up: a newcomer cannot slip in between.
      if (next) next()
      else running -= 1
    }
  }
}
