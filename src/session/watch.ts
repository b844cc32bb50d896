/** Notices the end of sessions that something long is under way for: streams, slow calls. */

import type { Clock } from '../auth/identity-provider.ts'
import type { RecordName, Report, SessionBackend } from './backend.ts'

export interface Watch {
  /**
   * Runs `onEnd` once the record is gone, idle or expired.
   * @param expiresAt the absolute end of the session
   * @returns what stops it
   */
  add(name: RecordName, expiresAt: number, onEnd: () => void): () => void
  close(): void
}

export interface WatchOptions {
  readonly backend: Pick<SessionBackend, 'records' | 'ends'>
  /** In ms. */
  readonly idle: number
  readonly clock: Clock
  readonly report: Report
  /** How often the store is asked, in ms. News of an end comes at once, but not of every end, and may be lost. */
  readonly checkEvery?: number
  /** For how long in ms a session counts as alive while the store is out of reach. */
  readonly unconfirmedFor?: number
}

interface Watched {
  readonly expiresAt: number
  readonly listeners: Set<() => void>
  /** By the monotonic clock of this process. */
  confirmedAt: number
}

/** Asks nothing and subscribes to nothing before the first session is watched. */
export function createWatch(options: WatchOptions): Watch {
  const { backend, idle, clock, report, checkEvery = 2500, unconfirmedFor = 30_000 } = options
  const watched = new Map<RecordName, Watched>()
  let isSubscribing = false
  let isReported = false
  let timer: NodeJS.Timeout | undefined

  function end(name: RecordName): void {
    const { listeners } = watched.get(name) ?? {}
    watched.delete(name)
    for (const onEnd of listeners ?? []) onEnd()
  }

  /** Again at the next check where it was refused: rights may change. */
  function subscribe(): void {
    if (isSubscribing) return
    isSubscribing = true
    backend.ends.subscribe(end).catch((error: unknown) => {
      isSubscribing = false
      if (!isReported) report({ type: 'session_ends_unsubscribed', error })
      isReported = true
    })
  }

  async function check(name: RecordName, session: Watched): Promise<void> {
    try {
      const [lastSeenAt = null] = await backend.records.lastSeen([name])
      const isAlive =
        lastSeenAt !== null && Math.min(lastSeenAt + idle, session.expiresAt) > clock()
      if (isAlive) session.confirmedAt = performance.now()
      else if (watched.get(name) === session) end(name)
    } catch {
      const isLost = performance.now() - session.confirmedAt >= unconfirmedFor
      if (isLost && watched.get(name) === session) end(name)
    }
  }

  /** All of them travel together, and the next look begins when this one is over. */
  async function checkAll(): Promise<void> {
    subscribe()
    await Promise.all([...watched].map(([name, session]) => check(name, session)))
    timer = undefined
    if (watched.size > 0) schedule()
  }

  function schedule(): void {
    timer ??= setTimeout(() => void checkAll(), checkEvery).unref()
  }

  return {
    add(name, expiresAt, onEnd) {
      let session = watched.get(name)
      if (session) session.listeners.add(onEnd)
      else {
        session = { expiresAt, listeners: new Set([onEnd]), confirmedAt: performance.now() }
        watched.set(name, session)
        subscribe()
        // It may have ended since it was read.
        void check(name, session)
        schedule()
      }
      const { listeners } = session
      return () => {
        listeners.delete(onEnd)
        if (listeners.size === 0 && watched.get(name)?.listeners === listeners) watched.delete(name)
      }
    },
    close() {
      clearTimeout(timer)
      watched.clear()
    }
  }
}
