/** Turns what drivers notice into few events: up and down, each told once. */

import { setTimeout as wait } from 'node:timers/promises'
import { reconnectStrategy } from './link.ts'
import type { Report } from './options.ts'

export interface Health {
  /** Settles with the first news, good or bad. */
  readonly started: Promise<void>
  up(): void
  down(error: unknown): void
  /** Whatever comes now comes of closing: no news. */
  silence(): void
  readonly silent: boolean
}

export function health(report: Report): Health {
  let state: 'unknown' | 'up' | 'down' | 'silent' = 'unknown'
  let settle = () => {}
  const started = new Promise<void>(resolve => {
    settle = resolve
  })
  return {
    started,
    up() {
      if (state === 'up' || state === 'silent') return
      state = 'up'
      settle()
      report({ type: 'redis_up' })
    },
    down(error) {
      if (state === 'down' || state === 'silent') return
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
