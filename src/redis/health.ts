/** Turns what drivers notice into few events: up, and down once for each cause. */

import { setTimeout as wait } from 'node:timers/promises'
import { reconnectStrategy } from './link.ts'
import type { Report } from './options.ts'
import { messageOf } from './script.ts'

export interface Health {
  /** Settles with the first news, good or bad. */
  readonly started: Promise<void>
  up(): void
  down(error: unknown): void
  /** Whatever comes now comes of closing: no news. */
  silence(): void
  readonly silent: boolean
}

/** The most causes that one outage is reported with. */
const mostCauses = 8

/**
 * An outage often begins with another symptom than its cause: a closed socket, then WRONGPASS. Connections that break
 * are all one symptom; of Redis's own errors the first word is the cause, else the text but numbers.
 */
function causeOf(error: unknown): string {
  const message = messageOf(error)
  const { code = '' } = error as NodeJS.ErrnoException // of a socket, or none
  if (/^E[A-Z]+$/.test(code) || /socket|connect|^LOADING /i.test(message)) return 'connection'
  return /^[A-Z]{4,} /.exec(message)?.[0] ?? `${code} ${message.replace(/\d+/g, '')}`
}

export function health(report: Report): Health {
  let state: 'unknown' | 'up' | 'down' | 'silent' = 'unknown'
  let settle = () => {}
  const causes = new Set<string>()
  const started = new Promise<void>(resolve => {
    settle = resolve
  })
  return {
    started,
    up() {
      if (state === 'up' || state === 'silent') return
      state = 'up'
      causes.clear()
      settle()
      report({ type: 'redis_up' })
    },
    down(error) {
      if (state === 'silent') return
      const cause = causeOf(error)
      const isNews = state !== 'down' || (cause !== 'connection' && !causes.has(cause))
      if (!isNews || causes.size === mostCauses) return
      causes.add(cause)
      state = 'down'
      settle()
      report({ type: 'redis_down', error })
    },
    silence() {
      state = 'silent'
      settle()
    },
    get silent() {
      return state === 'silent'
    }
  }
}

/** For what gives up where nobody answers: tries until it is connected, or closed. */
export async function keepConnecting(connect: () => Promise<unknown>, news: Health): Promise<void> {
  for (let retries = 0; !news.silent; retries++) {
    try {
      await connect()
      return news.up()
    } catch (error) {
      news.down(error)
      await wait(reconnectStrategy(retries))
    }
  }
}
