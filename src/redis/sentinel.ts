/** Redis behind sentinels: follows the primary that they name. */

import { setTimeout as wait } from 'node:timers/promises'
import { connectionStatus, credentialsOf, parseEndpoint, parseEndpoints } from './client.ts'
import type { RedisArgument, RedisEventListener, SentinelOptions } from './connection.ts'
import { openPrimary, type Primary } from './primary.ts'
import type { ReplicationConnections } from './replicated-writes.ts'
import { pollSentinel, type SentinelView } from './sentinel-poller.ts'
import type { RedisTransport } from './transport.ts'

/** How long a command waits while the connection to a new primary is being opened (ms). */
const switchTimeout = 500

/**
 * Each sentinel has a connection of its own: one that does not reply delays nothing. The sentinel with the highest
 * epoch is followed, so that all instances switch as soon as one sentinel knows of a fail-over.
 */
export function sentinelTransport(
  options: SentinelOptions,
  onEvent: RedisEventListener
): RedisTransport {
  const sentinels = parseEndpoints(options.sentinels)
  const [firstSentinel] = sentinels
  const serverOptions = parseEndpoint(options.serverUrl ?? 'redis://any')
  const status = connectionStatus(onEvent)
  const subscriptions: [string, (message: string) => void][] = []
  let primary: Primary | undefined

  const pollers = sentinels.map(({ host, port }) =>
    pollSentinel(
      { host, port, tls: firstSentinel.tls, ...credentialsOf(firstSentinel) },
      options.sentinelName,
      onEvent,
      followPrimary
    )
  )

  function followPrimary(): void {
    if (status.isStopped) return
    const views = pollers.flatMap(poller => poller.view() ?? [])
    const latest = latestView(views, primary)
    if (latest === undefined) {
      reportNoPrimary()
      return
    }
    const { host, port, eligibleReplicas } = latest
    if (primary?.isAt(latest)) {
      primary.eligibleReplicas = eligibleReplicas
      return
    }
    primary?.destroy()
    primary = openPrimary({ ...serverOptions, host, port }, eligibleReplicas, status)
    for (const [channel, onMessage] of subscriptions) {
      // The subscriber's promise has resolved already; where the new primary refuses, its own log shows it.
      primary.subscribe(channel, onMessage).catch(() => {})
    }
  }

  /** A connected primary is used without sentinels, too: only a fail-over would go unnoticed. */
  function reportNoPrimary(): void {
    if (primary) return
    const problems = pollers.map(poller => poller.problem()).join('; ')
    status.down(new Error(`No sentinel names a primary. ${problems}`))
  }

  /** Waits for a primary whose connection is being opened; rejects where there is none. */
  async function usablePrimary(): Promise<Primary> {
    const startedAt = performance.now()
    while (primary && !primary.isUsable && performance.now() - primary.openedAt < switchTimeout) {
      await primary.whenChecked(switchTimeout - (performance.now() - startedAt))
    }
    if (primary?.isUsable) return primary
    throw new Error('No primary is known that answers')
  }

  const send = (command: readonly RedisArgument[]) =>
    primary?.isUsable ? primary.send(command) : usablePrimary().then(usable => usable.send(command))

  return {
    firstAttempt: status.firstAttempt,
    singleConnection: true,
    send: (_key, command) => send(command),
    reachableShare: async () => {
      await send(['PING'])
      return 1
    },
    publish: (channel, message) => send(['PUBLISH', channel, message]),
    async subscribe(channel, onMessage) {
      while (!primary && !status.isStopped) await wait(switchTimeout)
      await primary?.subscribe(channel, onMessage)
      subscriptions.push([channel, onMessage])
    },
    explain: error => error,
    reconnect: cause => primary?.markUnusable(cause),
    openReplication: () => replicationOf(() => primary, usablePrimary),
    async close() {
      status.stop()
      for (const poller of pollers) poller.close()
      await primary?.close()
    },
    destroy: () => primary?.destroy()
  }
}

/** The replication connections of whichever server is the primary. */
function replicationOf(
  current: () => Primary | undefined,
  usablePrimary: () => Promise<Primary>
): ReplicationConnections {
  const replication = () => {
    const primary = current()
    if (!primary?.isUsable) throw new Error('No primary is known that answers')
    return primary.replication
  }
  return {
    ready: async () => (await usablePrimary()).replication.ready(),
    connectionOf: key => `${current()?.openedAt} ${current()?.replication.connectionOf(key)}`,
    send: async (key, command) => replication().send(key, command),
    replicaCount: async key => replication().replicaCount(key),
    // They are closed with the primary they belong to.
    close() {}
  }
}

/** The view of the highest epoch; of several, the one that most sentinels share, then that of the present primary. */
function latestView(views: readonly SentinelView[], primary: Primary | undefined) {
  const epoch = Math.max(...views.map(view => view.epoch))
  const candidates = views.filter(view => view.epoch === epoch)
  const votes = ({ host, port }: SentinelView) =>
    candidates.filter(other => other.host === host && other.port === port).length
  const rank = (view: SentinelView) => votes(view) + (primary?.isAt(view) ? 0.5 : 0)
  const [best] = candidates.sort((a, b) => rank(b) - rank(a))
  return best
}
