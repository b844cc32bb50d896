/** Puts a deadline around every command: what comes too late becomes `store_unavailable`. */

import { AppError } from '../errors.ts'
import type { RedisArgument, RedisConnection } from './connection.ts'
import { type LastingLinks, lasting } from './reconnecting.ts'
import { messageOf, runScript } from './script.ts'

/** One way of reaching Redis, as the guard drives it. */
export interface RedisDriver {
  /** Settles once the first attempt to connect has ended, well or badly; never rejects. */
  readonly started: Promise<void>
  /** Whether all commands queue up on one link: where one is overdue, all that follow are. */
  readonly oneLink: boolean
  /** Undefined where the key does not matter. */
  send(key: string | undefined, command: readonly RedisArgument[]): Promise<unknown>
  publish(channel: string, message: string): Promise<unknown>
  subscribe(channel: string, onMessage: (message: string) => void): Promise<void>
  /** The share of keys whose server answers within so many ms; throws where none does. */
  share(within: number): Promise<number>
  /** The error with the cause in words for the operator, where its own are not. */
  explain(error: unknown): unknown
  /** Connects anew: the server at the other end is the wrong one, as `cause` tells. */
  renew(cause: unknown): void
  /** Opens the connections for writes that must last. */
  lastingLinks(): LastingLinks
  close(): Promise<void>
  /** Drops everything at once. */
  destroy(): void
}

/**
 * Guards a driver. `deadline` in ms covers a whole call, the second try of a script included.
 *
 * Once an answer is overdue the link counts as stalled, and calls are refused at once until
 * something comes back: they would only queue up behind the one that waits. It also lets the link
 * fall silent, which the socket's own time-out needs: under load, writes alone would keep it
 * "active".
 */
export function guard(driver: RedisDriver, deadline: number): RedisConnection {
  let starting = true
  void driver.started.then(() => {
    starting = false
  })
  let stalled = false
  let closing: Promise<void> | undefined
  const ends = lasting(() => driver.lastingLinks(), deadline, driver.explain)

  function inTime<T>(work: () => Promise<T>): Promise<T> {
    if (stalled) return Promise.reject(unavailable('redis_stalled'))
    return new Promise((resolve, reject) => {
      let settled = false
      const settle = () => {
        settled = true
        stalled = false
        clearTimeout(timer)
      }
      // One more turn of the event loop: an answer that waited for a busy process is not late.
      const timer = setTimeout(setImmediate, deadline, () => {
        if (settled) return
        stalled = driver.oneLink
        reject(unavailable('redis_timeout'))
      })
      const working = starting ? driver.started.then(work) : work()
      working.then(
        value => {
          settle()
          resolve(value)
        },
        error => {
          settle()
          if (isReadOnly(error)) driver.renew(error)
          reject(unavailable('redis_failed', driver.explain(error)))
        }
      )
    })
  }

  return {
    send: (key, ...command) => inTime(() => driver.send(key, command)),
    publish: async (channel, message) => {
      await inTime(() => driver.publish(channel, message))
    },
    subscribe: (channel, onMessage) => driver.subscribe(channel, onMessage),
    run: (script, keys, args) => inTime(() => runScript(driver.send, script, keys, args)),
    runLasting: ends.run,
    ping: async () => {
      await inTime(() => driver.send(undefined, ['PING']))
    },
    share: () => inTime(() => driver.share(deadline / 2)),
    close() {
      ends.close()
      closing ??= closeInTime(driver, deadline)
      return closing
    }
  }
}

/** Lets commands in flight finish, but not for longer than one of them may take. */
async function closeInTime(driver: RedisDriver, deadline: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, deadline)
  })
  // What cannot be closed is dropped all the same.
  await Promise.race([driver.close().catch(() => {}), late])
  clearTimeout(timer)
  driver.destroy()
}

/** The answer of a replica, which this server has become; also from within a script. */
function isReadOnly(error: unknown): boolean {
  return /(^|-)READONLY /.test(messageOf(error))
}

function unavailable(reason: string, cause?: unknown): AppError {
  return new AppError('store_unavailable', { reason, cause })
}
