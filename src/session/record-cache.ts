/** Remembers for a short while what records opened to, so that the next request need not open them again. */

import type { RecordName } from './backend.ts'
import { isHeadOf } from './record.ts'

export interface OpenedRecords<Opened> {
  /** Whether a record of this name was compared or opened in this turn: its head suffices then. */
  knows(name: RecordName): boolean
  /** What the record that begins so opened to, if it was compared or opened in this turn. */
  recall(name: RecordName, head: Buffer): Opened | undefined
  /** What `bytes` opened to, if exactly these bytes were opened under this name lately. */
  find(name: RecordName, bytes: Buffer): Opened | undefined
  /** To be asked for every record that is about to be opened: whether to `add` what it opens to. */
  wants(name: RecordName): boolean
  /** `bytes` are kept, and with them all that shares their memory. */
  add(name: RecordName, bytes: Buffer, opened: Opened): void
  /** For a record that is about to be written: it is not worth asking for its head. */
  outdate(name: RecordName): void
  /** Forgets everything. */
  close(): void
}

export interface OpenedRecordsOptions {
  /** How many names a generation holds. */
  readonly size?: number
  /** How long a generation lasts, in ms. */
  readonly turn?: number
}

interface Kept<Opened> {
  readonly bytes: Buffer
  readonly opened: Opened
}

/**
 * It decides nothing: the store is asked for every request, and whatever it answers is compared with what was
 * opened before. A session that was ended or written anywhere is not found here. Once a turn the whole record is
 * compared, byte for byte; until the next turn its head tells whether it was written since.
 * It saves the key, the seal and the codec, which were a quarter of an authenticated request, and with the head
 * nearly all of what Redis has to fetch and send.
 *
 * Two generations: what is not asked for during a whole one is forgotten, which is after two turns at the
 * latest. What is seen for the first time leaves its name alone, so that many sessions with few requests cost
 * next to nothing.
 */
export function openedRecords<Opened>(options: OpenedRecordsOptions = {}): OpenedRecords<Opened> {
  const { size = 1000, turn = 10_000 } = options
  let young = new Map<RecordName, Kept<Opened> | null>()
  let old: typeof young = new Map()
  let timer: NodeJS.Timeout | undefined

  function age(): void {
    old = young
    young = new Map()
  }

  function keep(name: RecordName, kept: Kept<Opened> | null): void {
    if (young.size >= size) age()
    young.set(name, kept)
    timer ??= setInterval(turnOver, turn).unref()
  }

  function turnOver(): void {
    age()
    if (old.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    knows: name => Boolean(young.get(name)),
    recall(name, head) {
      const kept = young.get(name)
      return kept && isHeadOf(kept.bytes, head) ? kept.opened : undefined
    },
    find(name, bytes) {
      let kept = young.get(name)
      if (kept === undefined) {
        kept = old.get(name)
        if (kept) keep(name, kept)
      }
      return kept?.bytes.equals(bytes) ? kept.opened : undefined
    },
    wants(name) {
      if (young.has(name) || old.has(name)) return true
      keep(name, null)
      return false
    },
    add(name, bytes, opened) {
      keep(name, { bytes, opened })
    },
    outdate(name) {
      if (young.has(name)) young.set(name, null)
      old.delete(name)
    },
    close() {
      clearInterval(timer)
      young = new Map()
      old = new Map()
    }
  }
}
