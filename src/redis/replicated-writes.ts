/** Writes that survive a fail-over: they are done once every replica that could be promoted has them. */

import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { integer, type RedisArgument, type RedisScript, type ScriptKeys } from './connection.ts'
import { startDeadline } from './deadline.ts'
import { runScript } from './script.ts'

/**
 * Separate connections: WAIT blocks the commands that follow it on its connection, and confirms only writes of
 * the same connection.
 */
export interface ReplicationConnections {
  /** Resolves once connected. */
  ready(): Promise<unknown>
  /** Identifies the connection to the server of `key`. Differs after a reconnection or a fail-over. */
  connectionOf(key: string): string
  send(key: string, command: readonly RedisArgument[]): Promise<unknown>
  /** How many replicas of the server of `key` could be promoted. */
  replicaCount(key: string): Promise<number>
  close(): void
}

export interface ReplicatedWrites {
  run(script: RedisScript, keys: ScriptKeys, args: readonly RedisArgument[]): Promise<unknown>
  close(): void
}

/** How long one WAIT may block the next write (ms). */
const waitTimeout = 50

/** For how long a write is repeated after its request has ended, and the pause before each attempt (ms). */
const retryFor = 60_000
const retryPause = 250

/** The connection has changed since the write: no WAIT can confirm it any more. */
class ConnectionChanged extends Error {}

interface PendingWrite {
  readonly onConfirmed: () => void
  readonly onFailed: (error: unknown) => void
}

/**
 * `deadline` (ms) is how long a caller waits. The first write opens the connections. `explain` adds to an error its
 * cause in words for the operator.
 */
export function replicatedWrites(
  open: () => ReplicationConnections,
  deadline: number,
  explain = (error: unknown) => error
): ReplicatedWrites {
  let opened: ReplicationConnections | undefined
  let isClosed = false
  const pendingByConnection = new Map<string, Set<PendingWrite>>()

  /** Confirms all writes of one connection, by one WAIT after the other. */
  async function confirmAll(
    connections: ReplicationConnections,
    key: string,
    pending: Set<PendingWrite>,
    connection: string
  ) {
    while (pending.size > 0 && !isClosed) {
      const batch = [...pending]
      try {
        const replicas = await connections.replicaCount(key)
        // WAIT on a new connection does not confirm writes of the one before.
        if (connections.connectionOf(key) !== connection) throw new ConnectionChanged()
        const command = ['WAIT', `${replicas}`, `${waitTimeout}`]
        const confirmedBy = replicas === 0 ? 0 : integer(await connections.send(key, command))
        if (confirmedBy < replicas) continue
        for (const write of batch) write.onConfirmed()
      } catch (error) {
        for (const write of batch) write.onFailed(error)
      }
      for (const write of batch) pending.delete(write)
    }
    pendingByConnection.delete(connection)
  }

  function waitForReplicas(
    connections: ReplicationConnections,
    key: string,
    connection: string
  ): Promise<void> {
    return new Promise((onConfirmed, onFailed) => {
      const write = { onConfirmed, onFailed }
      const pending = pendingByConnection.get(connection)
      if (pending) return void pending.add(write)
      const onlyWrite = new Set([write])
      pendingByConnection.set(connection, onlyWrite)
      void confirmAll(connections, key, onlyWrite, connection)
    })
  }

  /** Writes and waits for the replicas, both on one connection. */
  async function attempt(
    onResult: (result: unknown) => void,
    ...[script, keys, args]: Parameters<ReplicatedWrites['run']>
  ) {
    opened ??= open()
    const connections = opened
    const [key] = keys
    await connections.ready()
    const connection = connections.connectionOf(key)
    onResult(await runScript(connections.send, script, keys, args))
    if (connections.connectionOf(key) !== connection) throw new ConnectionChanged()
    await waitForReplicas(connections, key, connection)
  }

  return {
    run(script, keys, args) {
      const startedAt = performance.now()
      let first: { readonly result: unknown } | undefined
      let cause: unknown
      const onResult = (result: unknown) => {
        first ??= { result }
      }
      return new Promise((resolve, reject) => {
        const rejectAsUnavailable = () => {
          const { reason: ownReason = 'redis_failed' } = cause instanceof AppError ? cause : {}
          const reason = first ? 'redis_not_replicated' : ownReason
          reject(new AppError('store_unavailable', { reason, cause: explain(cause) }))
        }
        const timer = startDeadline(deadline, rejectAsUnavailable)
        const retry = async () => {
          while (!isClosed && performance.now() - startedAt < retryFor) {
            try {
              await attempt(onResult, script, keys, args)
              return resolve(first?.result)
            } catch (error) {
              // Whatever the error: the next attempt may reach another server.
              cause = error
              await wait(retryPause)
            }
          }
          rejectAsUnavailable()
        }
        void retry().finally(() => clearTimeout(timer))
      })
    },
    close() {
      isClosed = true
      opened?.close()
    }
  }
}
