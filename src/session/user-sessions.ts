/** The sessions of one user: listing them, and ending those of other browsers. */

import type { EndReason } from '../auth/end-reason.ts'
import type { Clock } from '../auth/identity-provider.ts'
import type { AuthenticatedSession, Device, SessionStore, SessionSummary } from '../auth/session.ts'
import type { HandledEntry, RecordName, Report, SessionBackend } from './backend.ts'
import type { KeyRing } from './crypto.ts'
import { decodeEntry, encodeEntry, type IndexEntry, indexName, openDetails } from './index-entry.ts'
import { tombstone } from './record.ts'
import type { SessionState } from './stored-session.ts'

export interface UserSessions
  extends Pick<SessionStore, 'list' | 'destroyByHandle' | 'destroyAll'> {
  /**
   * Notes a session that is about to be created: the index may name what is not there, never the
   * reverse. False, and it must not be created, where it began before all sessions of its user ended.
   */
  note(name: RecordName, data: AuthenticatedSession, device: Device | undefined): Promise<boolean>
  /** Forgets a session that was ended. */
  forget(state: SessionState): Promise<void>
}

export interface UserSessionsOptions {
  readonly backend: SessionBackend
  readonly keys: KeyRing
  /** In ms. */
  readonly idle: number
  readonly clock: Clock
  readonly report: Report
}

/** How long an entry without a record may be one whose record is just being written. */
const beingCreated = 60_000

/** How long logins that began before an end are refused (ms): longer than any can take, step by step. */
export const notBeforeLife = 24 * 3_600_000

type Found = HandledEntry & IndexEntry

export function userSessions({
  backend,
  keys,
  idle,
  clock,
  report
}: UserSessionsOptions): UserSessions {
  const { records, index, clock: loginClock } = backend

  async function find(sub: string): Promise<Found[]> {
    const entries = await index.all(indexName(sub))
    return entries.map(found => ({ ...found, ...decodeEntry(found.entry) }))
  }

  /**
   * Whether there was a session to end. A record that is about to appear is kept from it by a tombstone, unless
   * it has appeared just before that.
   */
  async function endRecord(entry: Found, news: EndReason): Promise<boolean> {
    if (await records.remove(entry.name, { news })) return true
    if (isAbandoned(entry, clock())) return false
    if (await records.insert(entry.name, tombstone, beingCreated)) return false
    return (await records.remove(entry.name, { news })) !== null
  }

  /** Ends sessions, those that are just being begun as well. Answers how many lived. */
  async function end(sub: string, entries: readonly Found[], reason: EndReason): Promise<number> {
    const ended = await Promise.all(entries.map(entry => endRecord(entry, reason)))
    await index.drop(indexName(sub), entries)
    return ended.filter(Boolean).length
  }

  function summary(sub: string, found: Found, lastSeenAt: number): SessionSummary[] {
    const { handle, entry, name } = found
    const details = openDetails(keys, sub, handle, entry)
    if (typeof details === 'object') return [{ handle, lastSeenAt, ...details }]
    report({ type: 'session_unreadable', part: 'device', reason: details, name })
    return []
  }

  return {
    async note(name, { handle, user, createdAt, expiresAt, since }, device) {
      const now = clock()
      const details = { createdAt, ip: device?.ip ?? '', userAgent: device?.userAgent ?? '' }
      const plain = { name, writtenAt: now, expiresAt }
      const entry = encodeEntry(keys, user.sub, handle, plain, details)
      return index.add(indexName(user.sub), { handle, entry }, expiresAt - now, now, since)
    },

    async forget({ data, name }) {
      if (data.kind !== 'authenticated') return
      const user = indexName(data.user.sub)
      const entry = await index.find(user, data.handle)
      if (entry && decodeEntry(entry).name === name) {
        await index.drop(user, [{ handle: data.handle, entry }])
      }
    },

    async list(sub) {
      const now = clock()
      const entries = await find(sub)
      const seen = await records.lastSeen(entries.map(({ name }) => name))
      const dead = entries.filter((entry, i) => seen[i] === null && isAbandoned(entry, now))
      await index.drop(indexName(sub), dead)
      return entries
        .flatMap((entry, i) => {
          const lastSeenAt = seen[i] ?? 0
          const living = Math.min(lastSeenAt + idle, entry.expiresAt) > now
          return living ? summary(sub, entry, lastSeenAt) : []
        })
        .sort((a, b) => b.createdAt - a.createdAt)
    },

    async destroyByHandle(sub, handle) {
      const entry = await index.find(indexName(sub), handle)
      if (entry === null) return false
      return (await end(sub, [{ handle, entry, ...decodeEntry(entry) }], 'ended_by_user')) === 1
    },

    async destroyAll(sub, except, reason = 'unknown') {
      // First: a login that is under way finds it, or is found in the index.
      await index.refuseBefore(indexName(sub), await loginClock.next(), notBeforeLife)
      const done = new Set([except])
      let ended = 0
      // A session may get a new id, and an entry for it, between the look into the index and its end: so it is
      // looked at until it names nothing new.
      for (;;) {
        const entries = (await find(sub)).filter(({ handle }) => !done.has(handle))
        if (entries.length === 0) return ended
        ended += await end(sub, entries, reason)
        for (const { handle } of entries) done.add(handle)
      }
    }
  }
}

/** Whether a missing record is not coming any more. */
function isAbandoned({ writtenAt, expiresAt }: IndexEntry, now: number): boolean {
  return expiresAt <= now || writtenAt + beingCreated <= now
}
