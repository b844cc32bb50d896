/** Redis servers watched over by sentinels, which say which of them is the primary. */

import { setTimeout as wait } from 'node:timers/promises'
import type { RedisArgument, Report, SentinelOptions } from './connection.ts'
import type { RedisDriver } from './deadline.ts'
import { credentials, endpoint, endpoints, health } from './link.ts'
import { openPrimary, type Primary } from './primary.ts'
import type { LastingLinks } from './reconnecting.ts'
import { type SentinelView, watchSentinel } from './sentinel-view.ts'

/** How long a command waits for a new primary that is just being connected to (ms). */
const switchTakes = 500

/**
 * Follows the primary that the sentinels name. Each sentinel has a connection of its own: one that is silent holds
 * nothing up. The one with the highest epoch is believed, so that all instances agree as soon as one sentinel knows.
 */
export function sentinelDriver(options: SentinelOptions, report: Report): RedisDriver {
  const sentinels = endpoints(options.sentinels)
  const [first] = sentinels
  const servers = endpoint(options.serverUrl ?? 'redis://any')
  const news = health(report)
  const subscriptions: [string, (message: string) => void][] = []
  let primary: Primary | undefined

  const watches = sentinels.map(({ host, port }) =>
    watchSentinel(
      { host, port, tls: first.tls, ...credentials(first) },
      options.sentinelName,
      report,
      follow
    )
  )

  function follow(): void {
    if (news.silent) return
    const views = watches.flatMap(watch => watch.view() ?? [])
    const believed = believe(views, primary)
    if (believed === undefined) {
      nothingKnown()
      return
    }
    const { host, port, fit } = believed
    if (primary?.is(believed)) {
      primary.fit = fit
      return
    }
    primary?.close()
    primary = openPrimary({ ...servers, host, port }, fit, news)
    for (const [channel, onMessage] of subscriptions) {
      // Who has subscribed knows already; where the new primary refuses, its log says so.
      primary.subscribe(channel, onMessage).catch(() => {})
    }
  }

  /** A primary that serves goes on without sentinels: only a fail-over would go unnoticed. */
  function nothingKnown(): void {
    if (primary) return
    const troubles = watches.map(watch => watch.trouble()).join('; ')
    news.down(new Error(`No sentinel names a primary. ${troubles}`))
  }

  /** Rejects where there is no primary, and none is about to be there. */
  async function soon(): Promise<Primary> {
    const begun = performance.now()
    while (primary && !primary.isUsable && performance.now() - primary.openedAt < switchTakes) {
      await primary.settled(switchTakes - (performance.now() - begun))
    }
    if (primary?.isUsable) return primary
    throw new Error('No primary is known that answers')
  }

  const send = (command: readonly RedisArgument[]) =>
    primary?.isUsable ? primary.send(command) : soon().then(found => found.send(command))

  return {
    started: news.started,
    oneLink: true,
    send: (_key, command) => send(command),
    share: async () => {
      await send(['PING'])
      return 1
    },
    publish: (channel, message) => send(['PUBLISH', channel, message]),
    async subscribe(channel, onMessage) {
      while (!primary && !news.silent) await wait(switchTakes)
      await primary?.subscribe(channel, onMessage)
      subscriptions.push([channel, onMessage])
    },
    explain: error => error,
    renew: cause => primary?.suspect(cause),
    lastingLinks: () => linksOf(() => primary, soon),
    async close() {
      news.silence()
      for (const watch of watches) watch.close()
      await primary?.finish()
    },
    destroy: () => primary?.close()
  }
}

/** Those of whichever server is the primary. */
function linksOf(current: () => Primary | undefined, soon: () => Promise<Primary>): LastingLinks {
  const links = () => {
    const primary = current()
    if (!primary?.isUsable) throw new Error('No primary is known that answers')
    return primary.links
  }
  return {
    ready: async () => (await soon()).links.ready(),
    place: key => `${current()?.openedAt} ${current()?.links.place(key)}`,
    send: async (key, command) => links().send(key, command),
    replicas: async key => links().replicas(key),
    // They end with the server they belong to.
    close() {}
  }
}

/** The highest epoch; among equals what most of them say, or what was so before. */
function believe(views: readonly SentinelView[], primary: Primary | undefined) {
  const epoch = Math.max(...views.map(view => view.epoch))
  const latest = views.filter(view => view.epoch === epoch)
  const votes = (one: SentinelView) =>
    latest.filter(({ host, port }) => host === one.host && port === one.port).length
  const rank = (one: SentinelView) => votes(one) + (primary?.is(one) ? 0.5 : 0)
  const [believed] = latest.sort((a, b) => rank(b) - rank(a))
  return believed
}
