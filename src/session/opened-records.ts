/** Remembers for a short while what records opened to, so that the next request need not open them again. */

import type { RecordName } from './backend.ts'

export interface OpenedRecords<Opened> {
  /** What `bytes` opened to, if exactly these bytes were opened under this name lately. */
  find(name: RecordName, bytes: Buffer): Opened | undefined
  /** To be asked for every record that is about to be opened: whether to `add` what it opens to. */
  wants(name: RecordName): boolean
  /** `bytes` are kept, and with them all that shares their memory. */
  add(name: RecordName, bytes: Buffer, opened: Opened): void
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
 * opened before, byte for byte. A session that was ended, touched or written anywhere is not found here.
 * It saves the key, the seal and the codec, which were a quarter of an authenticated request.
 *
 * Two generations: what is not asked for during a whole one is forgotten, which is after two turns at the
 * latest. What is seen for the first time leaves its name alone, so that many sessions with few requests cost
 * next to nothing.
 */
export function openedRecords<Opened>(options: OpenedRecordsOptions = {}): OpenedRecords<Opened> {
  const { size = 1000, turn = 10_000 } = options
  let young = new Map<RecordName, Kept<Opened> | null>()
  let old = young
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
    close() {
      clearInterval(timer)
      young = new Map()
      old = young
    }
  }
}
