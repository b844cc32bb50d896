/** Who is logged in, as far as this tab knows: asked once, then kept true by timers, tabs and answers. */
import type { EndReason } from './events.ts'
import type { ActiveSession, Session } from './types.ts'

export type SessionState =
  /** Not asked yet. */
  | { readonly kind: 'unknown' }
  /** `ended`: by time or from elsewhere; `left`: by the user, in this tab or another. */
  | {
      readonly kind: 'signed-out'
      readonly reason: 'none' | 'ended' | 'left'
      /** Of `ended`, where the service has said why. */
      readonly endReason?: EndReason
    }
  | {
      readonly kind: 'signed-in'
      readonly session: ActiveSession
      /** When the session ends, in ms of this machine's clock; set while a warning is due. */
      readonly endingAt?: number
      /** Whether activity would put the end off; false when the whole time of the session is used up. */
      readonly isExtendable?: boolean
    }

export interface SessionOptions {
  /** Asks the service who is logged in. Must not slide the idle timer (`GET /auth/session` does not). */
  readonly ask: () => Promise<Session>
  /** How long before the end a warning is due, in ms; at most a third of the time there was. */
  readonly warnBefore: number
  /** Clock of the service, in ms, as far as it is known: this machine's may be wrong. */
  readonly serverNow: () => number
}

/** However wrong a clock is, the service is not asked in a loop. */
const shortestWait = 1000

/** Browsers fire at once when asked to wait longer than this (2^31 ms). */
const longestWait = 2_147_483_647

/** A store in the manner of `useSyncExternalStore`: `current`, `subscribe`. */
export class SessionWatch {
  current: SessionState = { kind: 'unknown' }
  readonly #options: SessionOptions
  readonly #listeners = new Set<() => void>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #longest = 0
  /** Counts logins and logouts: they overtake what was asked before them. */
  #epoch = 0
  #asked = 0
  #answered = 0
  #endReason: EndReason | undefined

  constructor(options: SessionOptions) {
    this.#options = options
  }

  /** Calls back after every change; gives a function that ends this. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Asks the service. An answer that a login, a logout or a later answer has overtaken is dropped. */
  refresh = async (): Promise<SessionState> => {
    const epoch = this.#epoch
    const turn = ++this.#asked
    const session = await this.#options.ask()
    if (epoch !== this.#epoch || turn < this.#answered) return this.current
    this.#answered = turn
    if (session.authenticated) this.#keep(session)
    else if (this.current.kind !== 'signed-out') {
      this.#drop(this.current.kind === 'unknown' ? 'none' : 'ended')
    }
    return this.current
  }

  signIn(session: ActiveSession): void {
    this.#epoch++
    this.#keep(session)
  }

  /** Why the session has ended, if it has: the next answer of the service decides. */
  noteEnd(reason: EndReason): void {
    this.#endReason = reason
  }

  /** The user has logged out, here or in another tab. */
  signOut(): void {
    this.#epoch++
    this.#drop('left')
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#listeners.clear()
  }

  #keep(session: ActiveSession): void {
    this.#endReason = undefined
    const now = this.#options.serverNow()
    const end = Date.parse(session.expiresAt)
    const left = Math.min(Date.parse(session.idleExpiresAt), end) - now
    this.#longest = Math.max(this.#longest, left)
    const warnBefore = Math.min(this.#options.warnBefore, this.#longest / 3)
    const isEnding = left <= warnBefore
    this.#set({
      kind: 'signed-in',
      session,
      ...(isEnding && { endingAt: Date.now() + left, isExtendable: end - now > left })
    })
    // One second late, so that the service agrees that it is over.
    this.#wait(isEnding ? left + 1000 : left - warnBefore, isEnding)
  }

  #drop(reason: 'none' | 'ended' | 'left'): void {
    this.#longest = 0
    const endReason = reason === 'ended' ? this.#endReason : undefined
    this.#set({ kind: 'signed-out', reason, ...(endReason && { endReason }) })
  }

  /** Another tab or any call may have put the end off: only the service knows, so it is asked. */
  #wait(delay: number, isOver: boolean): void {
    this.#timer = setTimeout(
      () => this.refresh().catch(() => isOver && this.#drop('ended')),
      Math.min(Math.max(delay, shortestWait), longestWait)
    )
  }

  #set(state: SessionState): void {
    clearTimeout(this.#timer)
    this.current = state
    for (const listener of this.#listeners) listener()
  }
}
