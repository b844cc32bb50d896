/** Ends and logins under way, over the store: the order between them, and the journal of what is to end. */

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CarryOutOptions,
  type Ends,
  type EndTarget,
  type Logins,
  loginOvertaken,
  type RecordedEnd
} from '../auth/ends.ts'
import type { SessionStore } from '../auth/session.ts'
import type { SessionBackend } from './backend.ts'
import { open, seal } from './crypto.ts'
import { indexName } from './index-entry.ts'
import type { Addresses } from './login-emails.ts'
import type { Secret } from './shared-secret.ts'

export interface EndsOptions {
  readonly backend: Pick<SessionBackend, 'clock' | 'journal' | 'index'>
  readonly sessions: Pick<SessionStore, 'destroyAll'>
  readonly addresses: Addresses
  /** Seals the journal. The same for all instances. */
  readonly secret: Secret
  /** Called once for each end that the store keeps from being carried out. */
  readonly onDelayed?: (error: unknown) => void
  /** How long `carryOut` waits for a store that is away (ms). */
  readonly patience?: number
  /** After this long (ms) an end is carried out by the instance that finds it: its own process has died or hangs. */
  readonly overdueAfter?: number
  /** How often is looked for those (ms). */
  readonly sweepInterval?: number
}

export interface EndsAndLogins {
  readonly ends: Ends
  readonly logins: Logins
  close(): void
}

/** Between two tries to carry out an end (ms). */
const pause = 100

export function createEnds(options: EndsOptions): EndsAndLogins {
  const { backend, addresses, patience = 2500, overdueAfter = 20_000 } = options
  const { clock, journal, index } = backend
  const label = (id: string) => `end:${id}`
  let isClosed = false

  /** Of a name alone: whom it has led to. That is asked after the name is barred, so that no login is missed. */
  async function usersOf({ sub, names }: EndTarget): Promise<string[]> {
    if (sub !== undefined) return [sub]
    const found = await Promise.all(names.map(name => addresses.userOf(name)))
    return found.filter(one => one !== undefined)
  }

  async function endNow(
    target: EndTarget,
    { sub, includeExcepted }: CarryOutOptions
  ): Promise<void> {
    const notBefore = await clock.next()
    await Promise.all(target.names.map(name => addresses.refuseBefore(name, notBefore)))
    const subs = new Set([...(await usersOf(target)), ...(sub === undefined ? [] : [sub])])
    const except = includeExcepted ? undefined : target.except
    await Promise.all([...subs].map(one => options.sessions.destroyAll(one, except, target.reason)))
  }

  /** Tries until it works. */
  async function persist(work: () => Promise<void>): Promise<void> {
    for (let isFirst = true; !isClosed; isFirst = false) {
      try {
        return await work()
      } catch (error) {
        if (isFirst) options.onDelayed?.(error)
      }
      await sleep(pause, undefined, { ref: false })
    }
  }

  function endOf(id: string, target: EndTarget): RecordedEnd {
    return {
      async carryOut(more = {}) {
        let isDone = false
        const working = persist(async () => {
          await endNow(target, more)
          await journal.remove(id)
          isDone = true
        })
        await Promise.race([working, sleep(patience, undefined, { ref: false })])
        return isDone
      },
      cancel: () => void persist(() => journal.remove(id))
    }
  }

  /** What another process has left undone. One that was sealed with other keys is theirs. */
  async function sweep(): Promise<void> {
    for (const { id, entry } of await journal.overdue(overdueAfter)) {
      const text = open(await options.secret(), label(id), entry)
      // Written by `record`, which needs the key.
      const target = text && (JSON.parse(text.toString()) as EndTarget)
      if (target) await endOf(id, target).carryOut()
    }
  }

  const sweeper = setInterval(() => {
    sweep().catch(() => undefined) // The store is away: the next time will do.
  }, options.sweepInterval ?? 5000)
  sweeper.unref()

  return {
    ends: {
      async record(target) {
        const id = randomUUID()
        const text = Buffer.from(JSON.stringify(target))
        await journal.write(id, seal(await options.secret(), 0, label(id), text))
        return endOf(id, target)
      }
    },
    logins: {
      begin: () => clock.now(),
      async mayContinue({ since, names }) {
        const notBefores = await Promise.all(
          // The username of most pools is the sub.
          names.flatMap(name => [addresses.notBefore(name), index.notBefore(indexName(name))])
        )
        return notBefores.every(notBefore => since >= notBefore)
      },
      async recordUser(name, sub, since) {
        if (!(await addresses.enter(name, sub, since))) throw loginOvertaken()
      }
    },
    close() {
      isClosed = true
      clearInterval(sweeper)
    }
  }
}
