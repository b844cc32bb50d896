/** Writes that a fail-over must not undo: they count once the replicas that could take over have them. */

import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { integer, type RedisArgument, type RedisScript, type ScriptKeys } from './connection.ts'
import { runScript } from './script.ts'

/**
 * Connections of their own: WAIT holds up whatever follows it on its connection, and tells only of the writes of
 * its own connection.
 */
export interface LastingLinks {
  /** Settles when they are connected. */
  ready(): Promise<unknown>
  /** Where `key` lives, and over which connection: changes with either. */
  place(key: string): string
  send(key: string, command: readonly RedisArgument[]): Promise<unknown>
  /** How many replicas of the server of `key` could take over. */
  replicas(key: string): Promise<number>
  close(): void
}

export interface Lasting {
  run(script: RedisScript, keys: ScriptKeys, args: readonly RedisArgument[]): Promise<unknown>
  close(): void
}

/** How long one WAIT may hold up the next write, in ms. */
const longestWait = 50

/** How long the service keeps at a write after its request has ended, and how often it begins again (ms). */
const keptFor = 60_000
const pauseBetween = 250

/** Thrown where a write may be lost with the connection it went over. */
class Moved extends Error {}

interface Waiting {
  readonly place: string
  readonly confirmed: () => void
  readonly failed: (error: unknown) => void
}

/**
 * `deadline` (ms) is how long a caller waits; links are opened with the first write. `explain` returns the cause of a
 * failure in words for the operator.
 */
export function lasting(
  open: () => LastingLinks,
  deadline: number,
  explain = (error: unknown) => error
): Lasting {
  let links: LastingLinks | undefined
  let closed = false
  const groups = new Map<string, Set<Waiting>>()

  /** Confirms all writes of one place by one WAIT after the other. */
  async function confirm(links: LastingLinks, key: string, group: Set<Waiting>, place: string) {
    while (group.size > 0 && !closed) {
      const batch = [...group]
      try {
        const wanted = await links.replicas(key)
        // Another connection: it says nothing of what went over the one before.
        if (links.place(key) !== place) throw new Moved()
        const wait = ['WAIT', `${wanted}`, `${longestWait}`]
        const reached = wanted === 0 ? 0 : integer(await links.send(key, wait))
        if (reached < wanted) continue
        for (const one of batch) one.confirmed()
      } catch (error) {
        for (const one of batch) one.failed(error)
      }
      for (const one of batch) group.delete(one)
    }
    groups.delete(place)
  }

  function replicated(links: LastingLinks, key: string, place: string): Promise<void> {
    return new Promise((confirmed, failed) => {
      const waiting = { place, confirmed, failed }
      const group = groups.get(place)
      if (group) return void group.add(waiting)
      const begun = new Set([waiting])
      groups.set(place, begun)
      void confirm(links, key, begun, place)
    })
  }

  /** One try: on one connection, to its end. */
  async function once(ran: (answer: unknown) => void, ...of: Parameters<Lasting['run']>) {
    links ??= open()
    const [script, keys, args] = of
    const [key] = keys
    await links.ready()
    const place = links.place(key)
    ran(await runScript(links.send, script, keys, args))
    if (links.place(key) !== place) throw new Moved()
    await replicated(links, key, place)
  }

  return {
    run(script, keys, args) {
      const begun = performance.now()
      let first: { readonly answer: unknown } | undefined
      let cause: unknown
      const ran = (answer: unknown) => {
        first ??= { answer }
      }
      return new Promise((resolve, reject) => {
        const late = () => {
          const reason = 'redis_not_replicated'
          reject(new AppError('store_unavailable', { reason, cause: explain(cause) }))
        }
        const timer = setTimeout(setImmediate, deadline, late)
        const keepAt = async () => {
          while (!closed && performance.now() - begun < keptFor) {
            try {
              await once(ran, script, keys, args)
              return resolve(first?.answer)
            } catch (error) {
              // Whatever the reason: the next try may meet another server.
              cause = error
              await wait(pauseBetween)
            }
          }
          late()
        }
        void keepAt().finally(() => clearTimeout(timer))
      })
    },
    close() {
      closed = true
      links?.close()
    }
  }
}
