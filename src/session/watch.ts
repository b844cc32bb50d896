/** Watches the sessions of long responses (streams, slow calls, events) for their end and for changes. */

import type { EndReason, SessionWatcher } from '../auth/end-reason.ts'
import type { Clock } from '../auth/identity-provider.ts'
import type { RecordName, Report, SessionBackend, SessionNews } from './backend.ts'

/** What of a session decides its end. Instants in ms. */
export interface WatchedSession {
  readonly name: RecordName
  readonly idleExpiresAt: number
  readonly expiresAt: number
}

export interface Watch {
  /** Calls the watcher until its session has ended. Returns a function that stops that. */
  add(session: WatchedSession, watcher: SessionWatcher): () => void
  close(): void
}

export interface WatchOptions {
  readonly backend: Pick<SessionBackend, 'records' | 'news'>
  /** In ms. */
  readonly idle: number
  readonly clock: Clock
  readonly report: Report
  /** How often the store is queried, in ms. News comes at once, but not of every end, and may be lost. */
  readonly checkEvery?: number
  /** How long, in ms, a session counts as alive while the store is unreachable. */
  readonly unconfirmedFor?: number
}

interface Watched {
  readonly expiresAt: number
  readonly watchers: Set<SessionWatcher>
  idleExpiresAt: number
  /** By the monotonic clock of this process. */
  confirmedAt: number
}

/** Queries nothing and subscribes to nothing before the first session is watched. */
export function createWatch(options: WatchOptions): Watch {
  const { backend, idle, clock, report, checkEvery = 2500, unconfirmedFor = 30_000 } = options
  const sessions = new Map<RecordName, Watched>()
  let isSubscribing = false
  let isReported = false
  let timer: NodeJS.Timeout | undefined

  function end(name: RecordName, reason: EndReason | 'renewed'): void {
    const { watchers } = sessions.get(name) ?? {}
    sessions.delete(name)
    for (const watcher of watchers ?? []) watcher.onEnd(reason)
  }

  function onNews(name: RecordName, news: SessionNews): void {
    if (news !== 'changed') end(name, news)
    else for (const watcher of sessions.get(name)?.watchers ?? []) watcher.onChange?.()
  }

  /** Repeated at the next check where it was refused: rights may change. */
  function subscribe(): void {
    if (isSubscribing) return
    isSubscribing = true
    backend.news.subscribe(onNews).catch((error: unknown) => {
      isSubscribing = false
      if (!isReported) report({ type: 'session_ends_unsubscribed', error })
      isReported = true
    })
  }

  /** Why a session ends that the store does not have, or has only until a time that is over. */
  function reasonOf({ idleExpiresAt, expiresAt }: Watched): EndReason {
    if (expiresAt <= clock()) return 'expired'
    return idleExpiresAt <= clock() ? 'idle' : 'unknown'
  }

  function confirm(session: Watched, lastSeenAt: number): void {
    session.confirmedAt = performance.now()
    if (lastSeenAt + idle <= session.idleExpiresAt) return
    session.idleExpiresAt = lastSeenAt + idle
    for (const watcher of session.watchers) watcher.onActivity?.(session.idleExpiresAt)
  }

  async function check(name: RecordName, session: Watched): Promise<void> {
    try {
      const [lastSeenAt = null] = await backend.records.lastSeen([name])
      if (lastSeenAt !== null) confirm(session, lastSeenAt)
      const isOver = Math.min(session.idleExpiresAt, session.expiresAt) <= clock()
      if ((lastSeenAt === null || isOver) && sessions.get(name) === session) {
        end(name, reasonOf(session))
      }
    } catch {
      const isLost = performance.now() - session.confirmedAt >= unconfirmedFor
      if (isLost && sessions.get(name) === session) end(name, 'unknown')
    }
  }

  /** All queries travel together, and the next check begins when this one is over. */
  async function checkAll(): Promise<void> {
    subscribe()
    await Promise.all([...sessions].map(([name, session]) => check(name, session)))
    timer = undefined
    if (sessions.size > 0) schedule()
  }

  function schedule(): void {
    timer ??= setTimeout(() => void checkAll(), checkEvery).unref()
  }

  return {
    add({ name, idleExpiresAt, expiresAt }, watcher) {
      let session = sessions.get(name)
      if (session) session.watchers.add(watcher)
      else {
        const confirmedAt = performance.now()
        session = { idleExpiresAt, expiresAt, watchers: new Set([watcher]), confirmedAt }
        sessions.set(name, session)
        subscribe()
        // It may have ended since it was read.
        void check(name, session)
        schedule()
      }
      const { watchers } = session
      return () => {
        watchers.delete(watcher)
        if (watchers.size === 0 && sessions.get(name)?.watchers === watchers) sessions.delete(name)
      }
    },
    close() {
      clearTimeout(timer)
      sessions.clear()
    }
  }
}
