/** The session store: sealed records in a backend, fenced writes, ends enforced by the clock. */

import { hash, randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../auth/identity-provider.ts'
import type { FoundSession, LoadedSession, SessionData, SessionStore } from '../auth/session.ts'
import { endedMeanwhileError } from '../auth/shared-errors.ts'
import { AppError } from '../errors.ts'
import type { Lifetime, RecordName, Removal, Report, SessionBackend } from './backend.ts'
import { keyRing } from './crypto.ts'
import { isTombstone, nextVersion } from './record.ts'
import { type SessionState, StoredSession } from './stored-session.ts'
import { userSessions } from './user-sessions.ts'
import { createVault } from './vault.ts'
import { createWatch } from './watch.ts'

export interface SessionStoreOptions {
  readonly backend: SessionBackend
  /** Master keys of 32 bytes, newest first; the older ones still open what they sealed. */
  readonly keys: readonly Buffer[]
  readonly idleSeconds: number
  readonly clock?: Clock
  readonly onEvent?: Report
}

/**
 * For how long a replaced session is distinguished from one that ended (ms): longer than a request takes that the
 * browser sent before it got the new cookie.
 */
const replacedFor = 30_000

/** Throws TypeError for keys that are none. */
export function createSessionStore(options: SessionStoreOptions): SessionStore {
  const { backend, clock = Date.now, onEvent: report = () => {} } = options
  const { records, leases } = backend
  const keys = keyRing(options.keys)
  const idle = options.idleSeconds * 1000
  const vault = createVault(keys, idle, report)
  const { note, forget, ...ofUser } = userSessions({ backend, keys, idle, clock, report })
  const watch = createWatch({ backend, idle, clock, report })
  const stateOf = StoredSession.stateOf
  const lifetime = ({ kind, expiresAt }: SessionData): Lifetime => ({
    now: clock(),
    // What an anonymous browser has begun has one end: a code that comes by mail is read much later.
    idle: kind === 'pending' ? expiresAt : idle,
    expiresAt
  })

  function unlessIdle(state: SessionState): FoundSession {
    const session = new StoredSession(state)
    return session.idleExpiresAt > clock() ? { kind: 'live', session } : ended
  }

  async function end(session: LoadedSession, removal: Removal): Promise<StoredSession | null> {
    const state = stateOf(session)
    const record = await records.remove(state.name, removal)
    // The session has ended; an entry that stays behind is pruned later.
    await forget(state).catch(() => {})
    const last = record && vault.open(state.id, state.name, record)
    return last && new StoredSession(last)
  }

  function announceChange({ name, data: before }: SessionState, data: SessionData): void {
    if (data.kind === 'pending' || before.kind === 'pending') return
    if (!isDeepStrictEqual(before.user, data.user)) backend.news.announceChange(name)
  }

  return {
    ...ofUser,

    async create(id, data, tokens, device) {
      const name = recordName(id)
      const now = clock()
      const [state, record] = vault.begin(id, name, { data, tokens, now })
      // First the index, then the record: an end of all sessions of the user never misses one.
      const isNoted = data.kind === 'pending' || (await note(name, data, device))
      if (!isNoted) throw endedMeanwhileError()
      const ttl = Math.max(1, Math.min(lifetime(data).idle, data.expiresAt - now))
      if (!(await records.insert(name, record, ttl))) {
        // Ours, if the command got there twice: a fail-over may repeat what it did not see
        // answered.
        const taken = await records.read(name)
        // All sessions of the user were ended after the index had named this one.
        if (taken && isTombstone(taken)) throw endedMeanwhileError()
        const reason = 'session_id_taken'
        if (!taken?.equals(record)) throw new AppError('internal_error', { reason })
      }
      return new StoredSession(state)
    },

    async find(id) {
      const name = recordName(id)
      if (vault.knows(name)) {
        const head = await records.readHead(name)
        if (head === null) return ended
        if (isTombstone(head)) return replaced
        const known = vault.recall(id, name, head)
        if (known) return unlessIdle(known)
      }
      const bytes = await records.read(name)
      if (bytes && isTombstone(bytes)) return replaced
      const state = bytes && vault.open(id, name, bytes)
      return state ? unlessIdle(state) : ended
    },

    async update(session, data) {
      const state = stateOf(session)
      refuseNewIdentity(state.data, data)
      const part = vault.sealData(state, data)
      const outcome = await records.replaceSession(state.name, part, lifetime(data))
      if (outcome === 'written') {
        announceChange(state, data)
        dataWritten(state, data, part.versionRead)
      }
      return outcome
    },

    async replaceTokens(session, tokens, user, lease) {
      const state = stateOf(session)
      const data = { ...session.data, user }
      refuseNewIdentity(state.data, data)
      const parts = [vault.sealTokens(state, tokens), vault.sealData(state, data)] as const
      const life = lifetime(data)
      const outcome = await records.replaceTokens(state.name, lease.owner, ...parts, life)
      if (outcome === 'gone' || outcome === 'stale') return outcome
      state.tokensVersion = nextVersion(parts[0].versionRead)
      state.openTokens = () => tokens
      if (outcome === 'written') {
        announceChange(state, data)
        dataWritten(state, data, parts[1].versionRead)
      }
      return 'written'
    },

    async touch(session) {
      const state = stateOf(session)
      const life = lifetime(state.data)
      if (life.now - state.lastSeenAt <= touchEvery(idle)) return
      await records.touch(state.name, life)
      state.lastSeenAt = life.now
    },

    destroy: (session, reason = 'logged_out') => end(session, { news: reason }),
    async destroyUnread(id) {
      const name = recordName(id)
      const record = await records.remove(name, { news: 'logged_out' })
      const state = record && vault.open(id, name, record)
      if (!state) return null
      await forget(state).catch(() => {})
      return new StoredSession(state)
    },
    retire: (session, successor) =>
      end(session, {
        news: 'renewed',
        buriedFor: replacedFor,
        successor: successor && stateOf(successor).name
      }),

    async destroySuccessors(id) {
      const seen = new Set<RecordName>()
      let name = await records.successorOf(recordName(id))
      while (name !== undefined && !seen.has(name)) {
        seen.add(name)
        await records.remove(name, { news: 'logged_out' })
        name = await records.successorOf(name)
      }
    },

    async acquireLease(session, ttl) {
      const { name, data } = stateOf(session)
      const owner = randomBytes(16).toString('base64url')
      const now = clock()
      const outcome = await leases.take(name, owner, ttl, Math.max(ttl, data.expiresAt - now))
      if (outcome === 'busy') return null
      return { owner, expiresAt: now + ttl, unresolved: outcome === 'retaken' }
    },

    async renewLease(session, lease, ttl) {
      const expiresAt = clock() + ttl
      const isOurs = await leases.renew(stateOf(session).name, lease.owner, ttl)
      return isOurs ? { ...lease, expiresAt } : null
    },

    async releaseLease(session, { owner }, unresolved = false) {
      await leases.release(stateOf(session).name, owner, unresolved)
    },

    watch(session, watcher) {
      const { name, data } = stateOf(session)
      const { idleExpiresAt } = session
      return watch.add({ name, idleExpiresAt, expiresAt: data.expiresAt }, watcher)
    },

    ping: () => backend.ping(),
    close() {
      watch.close()
      vault.close()
      return backend.close()
    }
  }
}

const ended: FoundSession = { kind: 'ended' }
const replaced: FoundSession = { kind: 'replaced' }

function recordName(id: string): RecordName {
  return hash('sha256', id, 'base64url')
}

/**
 * Sliding the idle end on every request would make each of them a write: a tenth of it is precise
 * enough.
 */
function touchEvery(idle: number): number {
  return Math.min(idle / 10, 60_000)
}

/** Who has written it himself is not stale: the session goes on from what was written. */
function dataWritten(state: SessionState, data: SessionData, versionRead: number): void {
  state.data = data
  state.sessionVersion = nextVersion(versionRead)
}

/**
 * A change of the user needs a new id (session fixation, ASVS 7.2.4): it cannot be an update.
 */
function refuseNewIdentity(from: SessionData, to: SessionData): void {
  if (identity(from) === identity(to)) return
  throw new TypeError('A session cannot become another one: create it under a new id')
}

function identity(data: SessionData): string {
  return data.kind === 'pending' ? data.kind : `${data.kind} ${data.handle} ${data.user.sub}`
}
