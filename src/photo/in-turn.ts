/** Lets only so many things happen at once, and one for each owner; a few more wait in the order they came. */
import { AppError } from '../errors.ts'

export interface Places {
  readonly atOnce: number
  /** Whoever would wait behind them is turned away. */
  readonly waiting: number
}

export interface Turn {
  /** At most one of an owner runs, and at most one waits: nobody fills all places alone. */
  readonly owner: string
  /** Aborted when nobody wants it any more: what still waits is not begun. */
  readonly signal: AbortSignal
}

/**
 * Answers a function that runs `work`, or runs it later, and settles as it does.
 * It throws `service_unavailable` where there is no place, and `invalid_request` for what was given up.
 */
export function inTurn(places: Places) {
  const running = new Set<string>()
  const waiting: { readonly owner: string; readonly go: () => void }[] = []

  async function begin({ owner, signal }: Turn): Promise<void> {
    if (signal.aborted) throw givenUp()
    if (running.size < places.atOnce && !running.has(owner)) {
      running.add(owner)
      return
    }
    const isWaiting = waiting.some(other => other.owner === owner)
    if (isWaiting || waiting.length >= places.waiting) {
      const reason = isWaiting ? 'owner_is_waiting' : 'too_many_wait'
      throw new AppError('service_unavailable', { reason })
    }
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const place = { owner, go }
      const leave = () => {
        waiting.splice(waiting.indexOf(place), 1)
        reject(givenUp())
      }
      waiting.push(place)
      signal.addEventListener('abort', leave)
    })
  }

  /** The place is handed on at once: a newcomer cannot slip in between. */
  function end(owner: string): void {
    running.delete(owner)
    // An end lets in one at most: whoever else waits, waits for a place or for an owner's other work.
    const at = waiting.findIndex(other => !running.has(other.owner))
    const [next] = at === -1 ? [] : waiting.splice(at, 1)
    if (!next) return
    running.add(next.owner)
    next.go()
  }

  return async <T>(turn: Turn, work: () => Promise<T>): Promise<T> => {
    await begin(turn)
    try {
      return await work()
    } finally {
      end(turn.owner)
    }
  }
}

const givenUp = () => {
  const errors = [{ field: 'request', message: 'was broken off', code: 'invalid' as const }]
  return new AppError('invalid_request', { errors, reason: 'caller_hung_up' })
}
