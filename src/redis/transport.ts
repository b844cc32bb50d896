/** Puts a deadline around every command, whichever way it reaches Redis: a late reply becomes `store_unavailable`. */

import { AppError } from '../errors.ts'
import type { RedisArgument, RedisConnection } from './connection.ts'
import { startDeadline } from './deadline.ts'
import { type ReplicationConnections, replicatedWrites } from './replicated-writes.ts'
import { messageOf, runScript } from './script.ts'

/** One way to reach Redis: a server, a cluster, or the primary that sentinels name. */
export interface RedisTransport {
  /** Resolves once the first attempt to connect has succeeded or failed; never rejects. */
  readonly firstAttempt: Promise<void>
  /** Whether all commands share one connection: where one reply is overdue, all that follow are. */
  readonly singleConnection: boolean
  /** `key` decides which node of a cluster gets the command; undefined where any node will do. */
  send(key: string | undefined, command: readonly RedisArgument[]): Promise<unknown>
  publish(channel: string, message: string): Promise<unknown>
  subscribe(channel: string, onMessage: (message: string) => void): Promise<void>
  /** The share of keys whose server answers within `timeout` ms; throws where none does. */
  reachableShare(timeout: number): Promise<number>
  /** An error with its cause in words for the operator, where the error itself does not name it. */
  explain(error: unknown): unknown
  /** Replaces the connection: the server at its other end is not the primary, as the error `cause` shows. */
  reconnect(cause: unknown): void
  /** Opens the connections for replicated writes. */
  openReplication(): ReplicationConnections
  /** Lets commands in flight finish. */
  close(): Promise<void>
  /** Drops all connections at once. */
  destroy(): void
}

/**
 * A connection over `transport` whose calls end within `deadline` ms, the second attempt of a script included.
 *
 * Once a reply is overdue, a single connection counts as stalled: calls are refused at once until a reply comes,
 * for they would only queue up behind the one that waits. Without new writes the socket also becomes idle, which
 * its own timeout needs: under load, the writes alone would keep it active.
 */
export function withDeadlines(transport: RedisTransport, deadline: number): RedisConnection {
  let isConnecting = true
  void transport.firstAttempt.then(() => {
    isConnecting = false
  })
  let isStalled = false
  let closing: Promise<void> | undefined
  const replicated = replicatedWrites(
    () => transport.openReplication(),
    deadline,
    transport.explain
  )

  function call<T>(work: () => Promise<T>): Promise<T> {
    if (isStalled) return Promise.reject(unavailable('redis_stalled'))
    return new Promise((resolve, reject) => {
      let isSettled = false
      const settle = () => {
        isSettled = true
        isStalled = false
        clearTimeout(timer)
      }
      const timer = startDeadline(deadline, () => {
        if (isSettled) return
        isStalled = transport.singleConnection
        reject(unavailable('redis_timeout'))
      })
      const result = isConnecting ? transport.firstAttempt.then(work) : work()
      result.then(
        value => {
          settle()
          resolve(value)
        },
        error => {
          settle()
          if (isReadOnly(error)) transport.reconnect(error)
          reject(unavailable('redis_failed', transport.explain(error)))
        }
      )
    })
  }

  return {
    send: (key, ...command) => call(() => transport.send(key, command)),
    publish: async (channel, message) => {
      await call(() => transport.publish(channel, message))
    },
    subscribe: (channel, onMessage) => transport.subscribe(channel, onMessage),
    run: (script, keys, args) => call(() => runScript(transport.send, script, keys, args)),
    runReplicated: replicated.run,
    ping: async () => {
      await call(() => transport.send(undefined, ['PING']))
    },
    reachableShare: () => call(() => transport.reachableShare(deadline / 2)),
    close() {
      replicated.close()
      closing ??= closeWithin(transport, deadline)
      return closing
    }
  }
}

/** Lets commands in flight finish, but not for longer than one of them may take. */
async function closeWithin(transport: RedisTransport, deadline: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, deadline)
  })
  // Connections that fail to close are dropped all the same.
  await Promise.race([transport.close().catch(() => {}), late])
  clearTimeout(timer)
  transport.destroy()
}

/** The error of a server that has become a replica; a script passes it on inside its own message. */
function isReadOnly(error: unknown): boolean {
  return /(^|-)READONLY /.test(messageOf(error))
}

function unavailable(reason: string, cause?: unknown): AppError {
  return new AppError('store_unavailable', { reason, cause })
}
