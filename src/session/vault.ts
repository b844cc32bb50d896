/** Turns sessions and tokens into sealed records, and back: the one place that uses their keys. */

import type { Tokens } from '../auth/identity-provider.ts'
import type { SessionData } from '../auth/session.ts'
import type { PartWrite, RecordName, Report, UnreadableEvent } from './backend.ts'
import { decodeData, decodeTokens, encodeData, encodeTokens } from './codecs.ts'
import { type KeyRing, open, seal, sealedWith } from './crypto.ts'
import { decodeRecord, encodeRecord, lastSeenIn, nextVersion, type StoredRecord } from './record.ts'
import { openedRecords } from './record-cache.ts'
import type { SessionState } from './stored-session.ts'

export interface Vault {
  /** A new session, and the record to store it in. Sealed with the newest master key. */
  begin(id: string, name: RecordName, begun: NewSession): [SessionState, record: Buffer]
  /** Whether the head of its record is enough to `recall` this session. */
  knows(name: RecordName): boolean
  /** The session whose record was opened lately and still begins so. Null: read the record. */
  recall(id: string, name: RecordName, head: Buffer): SessionState | null
  /** Opens the session part only. Null, and reported, for what cannot be read. */
  open(id: string, name: RecordName, bytes: Buffer): SessionState | null
  sealData(state: SessionState, data: SessionData): PartWrite
  sealTokens(state: SessionState, tokens: Tokens): PartWrite
  /** Forgets what it has opened. */
  close(): void
}

export interface NewSession {
  readonly data: SessionData
  readonly tokens: Tokens | undefined
  readonly now: number
}

const firstVersion = 1
const nothing = Buffer.alloc(0)

/** What a record opens to. Nothing in it is ever changed: sessions read from the same bytes share it. */
type Opened = Omit<SessionState, 'id' | 'name' | 'idle'>

/** `idle` in ms. */
export function createVault(keys: KeyRing, idle: number, report: Report): Vault {
  const lately = openedRecords<Opened>()

  function openRecord(id: string, name: RecordName, read: Buffer): Opened | null {
    const isWanted = lately.wants(name)
    // A copy of its own: what the socket gave is a part of something larger, which would be kept with it.
    const bytes = isWanted ? copy(read) : read
    const unreadable = (reason: UnreadableEvent['reason']) => {
      report({ type: 'session_unreadable', part: 'session', reason, name })
      return null
    }
    const record = decodeRecord(bytes)
    const keyId = record ? sealedWith(record.session) : undefined
    if (record === null || keyId === undefined) return unreadable('unknown_format')
    const master = keys.find(keyId)
    if (master === undefined) return unreadable('unknown_key')
    const key = master.derive('session', id)
    const text = open(key, label('session', record.sessionVersion, name), record.session)
    if (text === null) return unreadable('tampered')
    const data = decodeData(text)
    if (data === null) return unreadable('unknown_format')
    const { lastSeenAt, sessionVersion, tokensVersion } = record
    const openTokens = tokenOpener(key, name, record, report)
    const opened = { master, key, data, lastSeenAt, sessionVersion, tokensVersion, openTokens }
    if (isWanted) lately.add(name, bytes, opened)
    return opened
  }

  /** Field by field: an object that was spread and added to is slow to make, and of a shape of its own. */
  function stateOf(id: string, name: RecordName, opened: Opened, lastSeenAt: number): SessionState {
    const { master, key, data, sessionVersion, tokensVersion, openTokens } = opened
    return {
      id,
      name,
      idle,
      master,
      key,
      data,
      lastSeenAt,
      sessionVersion,
      tokensVersion,
      openTokens
    }
  }

  return {
    begin(id, name, { data, tokens, now }) {
      const master = keys.newest
      const state: SessionState = {
        id,
        name,
        idle,
        master,
        key: master.derive('session', id),
        data,
        lastSeenAt: now,
        sessionVersion: firstVersion,
        tokensVersion: firstVersion,
        openTokens: () => tokens
      }
      const record = encodeRecord({
        ...state,
        session: sealPart(state, 'session', firstVersion, encodeData(data)),
        tokens: tokens ? sealPart(state, 'tokens', firstVersion, encodeTokens(tokens)) : nothing
      })
      return [state, record]
    },

    knows: name => lately.knows(name),

    recall(id, name, head) {
      const opened = lately.recall(name, head)
      return opened ? stateOf(id, name, opened, lastSeenIn(head)) : null
    },

    open(id, name, bytes) {
      const opened = lately.find(name, bytes) ?? openRecord(id, name, bytes)
      return opened && stateOf(id, name, opened, opened.lastSeenAt)
    },

    sealData(state, data) {
      lately.outdate(state.name)
      return partWrite(state, 'session', state.sessionVersion, encodeData(data))
    },

    sealTokens(state, tokens) {
      lately.outdate(state.name)
      return partWrite(state, 'tokens', state.tokensVersion, encodeTokens(tokens))
    },

    close: () => lately.close()
  }
}

/** Not in the pool that small Buffers share. */
function copy(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(own)
  return own
}

type Part = 'session' | 'tokens'

/** An existing record keeps the master key it was made with: see SessionState. */
function partWrite(state: SessionState, part: Part, versionRead: number, text: Buffer): PartWrite {
  return { versionRead, sealed: sealPart(state, part, nextVersion(versionRead), text) }
}

function sealPart(state: SessionState, part: Part, version: number, text: Buffer): Buffer {
  return seal(state.key, state.master.id, label(part, version, state.name), text)
}

/**
 * A part opens as what it is, at its own version, in its own record: parts cannot be swapped or
 * mixed.
 */
function label(part: Part, version: number, name: RecordName): string {
  return `${part}:${version}:${name}`
}

function tokenOpener(
  key: Buffer,
  name: RecordName,
  { tokens, tokensVersion }: StoredRecord,
  report: Report
): () => Tokens | undefined {
  let opened: { readonly tokens: Tokens | undefined } | undefined

  function openTokens(): Tokens | undefined {
    if (tokens.length === 0) return undefined
    const text = open(key, label('tokens', tokensVersion, name), tokens)
    const read = text && decodeTokens(text)
    if (read) return read
    const reason = text ? 'unknown_format' : 'tampered'
    report({ type: 'session_unreadable', part: 'tokens', reason, name })
    return undefined
  }

  return () => {
    opened ??= { tokens: openTokens() }
    return opened.tokens
  }
}
