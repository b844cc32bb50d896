/** Keeps sessions in this process, for local runs and tests: one instance, and gone with it. */

import type { Clock } from '../auth/identity-provider.ts'
import type {
  EndJournal,
  Leases,
  Lifetime,
  LoginClock,
  PartWrite,
  Records,
  SessionBackend,
  SessionNews,
  UserIndex
} from './backend.ts'
import { ExpiringMap } from './expiring-map.ts'
import { decodeEntry } from './index-entry.ts'
import {
  decodeRecord,
  encodeRecord,
  headLength,
  nextVersion,
  type StoredRecord,
  tombstone
} from './record.ts'

export interface EmbeddedOptions {
  readonly clock?: Clock
  /** How often expired records are thrown out, in ms. */
  readonly sweepInterval?: number
}

/**
 * Does what the scripts of the Redis backend do, which need no locks here: nothing below awaits.
 */
export function embeddedBackend(options: EmbeddedOptions = {}): SessionBackend {
  const clock = options.clock ?? Date.now
  const records = new ExpiringMap<StoredRecord>(clock)
  const tombstones = new ExpiringMap<string>(clock)
  const leases = new ExpiringMap<string>(clock)
  const marks = new ExpiringMap<number>(clock)
  const indexes = new ExpiringMap<Map<string, Buffer>>(clock)
  const listeners = new Set<(name: string, news: SessionNews) => void>()
  const send = (name: string, news: SessionNews) => {
    for (const onNews of listeners) onNews(name, news)
  }
  const notBefores = new ExpiringMap<number>(clock)
  const sweeper = setInterval(() => {
    for (const map of [records, tombstones, leases, marks, indexes, notBefores]) map.sweep()
  }, options.sweepInterval ?? 60_000)
  sweeper.unref()
  return {
    clock: embeddedClock(clock),
    journal: embeddedJournal(clock),
    records: embeddedRecords(records, tombstones, leases, (name, news) => {
      marks.delete(name)
      send(name, news)
    }),
    leases: embeddedLeases(records, leases, marks),
    index: embeddedIndex(indexes, notBefores),
    news: {
      announceChange: name => send(name, 'changed'),
      async subscribe(onNews) {
        listeners.add(onNews)
      }
    },
    async ping() {},
    async close() {
      clearInterval(sweeper)
    }
  }
}

function embeddedRecords(
  records: ExpiringMap<StoredRecord>,
  tombstones: ExpiringMap<string>,
  leases: ExpiringMap<string>,
  onEnd: (name: string, news: SessionNews) => void
): Records {
  function read(name: string): Buffer | null {
    const record = records.get(name)
    if (record !== undefined) return encodeRecord(record)
    return tombstones.get(name) === undefined ? null : tombstone
  }

  /** The record, and the time it has left by the caller's clock; undefined where that is over. */
  function living(name: string, life: Lifetime): [StoredRecord, left: number] | undefined {
    const record = records.get(name)
    if (record === undefined) return undefined
    const left = Math.min(record.lastSeenAt + life.idle, life.expiresAt) - life.now
    return left > 0 ? [record, left] : undefined
  }

  return {
    async insert(name, bytes, ttl) {
      if (read(name) !== null) return false
      const record = decodeRecord(bytes)
      if (record !== null) records.set(name, record, ttl)
      else tombstones.set(name, '', ttl)
      return true
    },
    read: async name => read(name),
    readHead: async name => read(name)?.subarray(0, headLength) ?? null,
    async replaceSession(name, write, life) {
      const [record, left] = living(name, life) ?? []
      if (record === undefined || left === undefined) return 'gone'
      if (record.sessionVersion !== write.versionRead) return 'stale'
      records.set(name, withSession(record, write), left)
      return 'written'
    },
    async replaceTokens(name, owner, tokens, session, life) {
      const [record, left] = living(name, life) ?? []
      if (record === undefined || left === undefined) return 'gone'
      if (leases.get(name) !== owner || record.tokensVersion !== tokens.versionRead) return 'stale'
      const unread = record.sessionVersion !== session.versionRead
      const written = withTokens(record, tokens)
      records.set(name, unread ? written : withSession(written, session), left)
      return unread ? 'tokens_written' : 'written'
    },
    async touch(name, life) {
      const [record] = living(name, life) ?? []
      if (record === undefined || record.lastSeenAt >= life.now) return
      const left = Math.min(life.idle, life.expiresAt - life.now)
      records.set(name, { ...record, lastSeenAt: life.now }, left)
    },
    async remove(name, { news, buriedFor, successor }) {
      leases.delete(name)
      const record = records.get(name)
      if (record === undefined) return null
      records.delete(name)
      if (buriedFor !== undefined) tombstones.set(name, successor ?? '', buriedFor)
      onEnd(name, news)
      return encodeRecord(record)
    },
    successorOf: async name => tombstones.get(name) || undefined,
    lastSeen: async names => names.map(name => records.get(name)?.lastSeenAt ?? null)
  }
}

function withSession(record: StoredRecord, { versionRead, sealed }: PartWrite): StoredRecord {
  return { ...record, sessionVersion: nextVersion(versionRead), session: sealed }
}

function withTokens(record: StoredRecord, { versionRead, sealed }: PartWrite): StoredRecord {
  return { ...record, tokensVersion: nextVersion(versionRead), tokens: sealed }
}

function embeddedLeases(
  records: ExpiringMap<StoredRecord>,
  leases: ExpiringMap<string>,
  marks: ExpiringMap<number>
): Leases {
  return {
    async take(name, owner, ttl, marked) {
      const version = records.get(name)?.tokensVersion
      if (version === undefined || leases.get(name) !== undefined) return 'busy'
      leases.set(name, owner, ttl)
      const earlier = marks.get(name)
      marks.set(name, version, marked)
      return earlier === version ? 'retaken' : 'taken'
    },
    async renew(name, owner, ttl) {
      if (leases.get(name) !== owner) return false
      leases.set(name, owner, ttl)
      return true
    },
    async release(name, owner, unresolved) {
      if (leases.get(name) !== owner) return
      leases.delete(name)
      if (!unresolved) marks.delete(name)
    }
  }
}

function embeddedClock(clock: Clock): LoginClock {
  let latest = 0
  return {
    now: async () => Math.max(latest, clock()),
    async next() {
      latest = Math.max(latest, clock()) + 1
      return latest
    }
  }
}

/** Nothing in it outlives the process: but an end that failed half-way is found here, too. */
function embeddedJournal(clock: Clock): EndJournal {
  const entries = new Map<string, { readonly entry: Buffer; readonly at: number }>()
  return {
    async write(id, entry) {
      entries.set(id, { entry, at: clock() })
    },
    async remove(id) {
      entries.delete(id)
    },
    overdue: async age =>
      [...entries]
        .filter(([, { at }]) => at + age <= clock())
        .map(([id, { entry }]) => ({ id, entry }))
  }
}

function embeddedIndex(
  indexes: ExpiringMap<Map<string, Buffer>>,
  notBefores: ExpiringMap<number>
): UserIndex {
  const entriesOf = (user: string) => indexes.get(user) ?? new Map<string, Buffer>()
  const notBefore = (user: string) => notBefores.get(user) ?? 0
  return {
    notBefore: async user => notBefore(user),
    async refuseBefore(user, at, ttl) {
      if (at > notBefore(user)) notBefores.set(user, at, ttl)
    },
    async add(user, { handle, entry }, ttl, now, since) {
      if (since !== undefined && since < notBefore(user)) return false
      const living = [...entriesOf(user)].filter(([, bytes]) => decodeEntry(bytes).expiresAt > now)
      indexes.set(user, new Map([...living, [handle, entry]]), Math.max(ttl, indexes.left(user)))
      return true
    },
    find: async (user, handle) => entriesOf(user).get(handle) ?? null,
    all: async user => [...entriesOf(user)].map(([handle, entry]) => ({ handle, entry })),
    async drop(user, dropped) {
      const entries = entriesOf(user)
      for (const { handle, entry } of dropped) {
        const present = entries.get(handle)
        if (present && decodeEntry(present).name === decodeEntry(entry).name) entries.delete(handle)
      }
    }
  }
}
