/**
 * Which calls may go to the API now. A call takes one of its user's slots, then a connection. A user who has used up
 * their slots waits only for their own calls, so that one user cannot take all connections. Each wait has a limit.
 */
import { AppError } from '../../errors.ts'

/** How long a call waits for its turn, in ms: people have given up soon after, and try again. */
const longestWait = 5_000

export interface Caller {
  /** Whose places it takes: a user's, over all sessions, which a login more would multiply. */
  readonly user: string
  /** Its turn has come after a wait. */
  start(): void
  /** It has not come in time. */
  refuse(error: AppError): void
}

export interface Limits {
  readonly connections: number
  readonly callsPerUser: number
}

/** undici would let calls wait as well, but without an end, and keep those that are given up. */
export class Admission {
  readonly #callsPerUser: number
  readonly #connections: Places<Caller>
  readonly #users = new Map<string, Places<Caller>>()
  readonly #waiting = new Deadline<Caller>(longestWait, call => call.refuse(this.#turnAway(call)))

  constructor({ connections, callsPerUser }: Limits) {
    this.#callsPerUser = callsPerUser
    this.#connections = new Places(connections)
  }

  /** Answers whether it is its turn at once. Else `start` or `refuse` is called, unless it quits. */
  enter(call: Caller): boolean {
    if (this.#placesOf(call).take(call) && this.#connections.take(call)) return true
    this.#waiting.add(call)
    return false
  }

  /** Waits no longer, if it did. */
  quit(call: Caller): void {
    if (this.#waiting.delete(call)) this.#turnAway(call)
  }

  /** Its call of the API is over. */
  leave(call: Caller): void {
    this.#passPlace(call)
    this.#passConnection()
  }

  #placesOf({ user }: Caller): Places<Caller> {
    let places = this.#users.get(user)
    if (places === undefined) {
      places = new Places(this.#callsPerUser)
      this.#users.set(user, places)
    }
    return places
  }

  /** Out of whichever line it stands in; answers what it lacked. */
  #turnAway(call: Caller): AppError {
    if (this.#placesOf(call).quit(call)) {
      return new AppError('rate_limited', { reason: 'api calls', retryAfterSeconds: 1 })
    }
    this.#connections.quit(call)
    this.#passPlace(call)
    return new AppError('service_unavailable', { reason: 'api_connections' })
  }

  /** The next of the same user has a place now, and wants a connection. */
  #passPlace(call: Caller): void {
    const places = this.#placesOf(call)
    const next = places.pass()
    if (next === undefined) {
      if (places.areAllFree) this.#users.delete(call.user)
    } else if (this.#connections.take(next)) this.#begin(next)
  }

  #passConnection(): void {
    const next = this.#connections.pass()
    if (next) this.#begin(next)
  }

  /** Not at once: undici is in the middle of ending another call, and that connection is free only then. */
  #begin(call: Caller): void {
    this.#waiting.delete(call)
    process.nextTick(start, call)
  }
}

const start = (call: Caller) => call.start()

/** So many at once, and the others in line. */
export class Places<T> {
  readonly #count: number
  #free: number
  /** Made when the first call has to wait: mostly none has. */
  #line: Set<T> | undefined

  constructor(count: number) {
    this.#count = count
    this.#free = count
  }

  get areAllFree(): boolean {
    return this.#free === this.#count
  }

  /** Answers whether there was a free place. Else `one` stands in line. */
  take(one: T): boolean {
    if (this.#free > 0) {
      this.#free -= 1
      return true
    }
    this.#line ??= new Set()
    this.#line.add(one)
    return false
  }

  /** Gives a place up. Answers who has it now. */
  pass(): T | undefined {
    for (const next of this.#line ?? []) {
      this.#line?.delete(next)
      return next
    }
    this.#free += 1
    return undefined
  }

  /** Answers whether `one` stood in line. */
  quit(one: T): boolean {
    return this.#line?.delete(one) ?? false
  }
}

// A time within which something has to happen, for any number of things: one timer for all of them.

/** As all have the same time, they are late in the order they were added in. */
export class Deadline<T> {
  readonly #within: number
  readonly #onLate: (late: T) => void
  /** Since when. The clock of the machine may be set meanwhile, this one may not. */
  readonly #since = new Map<T, number>()
  #isAwake = false

  /** @param within in ms */
  constructor(within: number, onLate: (late: T) => void) {
    this.#within = within
    this.#onLate = onLate
  }

  add(thing: T): void {
    this.#since.set(thing, performance.now())
    if (!this.#isAwake) this.#wakeIn(this.#within)
  }

  /** Answers whether it was there, and not late yet. */
  delete(thing: T): boolean {
    return this.#since.delete(thing)
  }

  /** The timer runs on when all is done in time: those that come next find it set. */
  #wakeIn(ms: number): void {
    this.#isAwake = true
    setTimeout(() => this.#look(), ms).unref()
  }

  #look(): void {
    this.#isAwake = false
    const now = performance.now()
    for (const [thing, since] of this.#since) {
      const left = since + this.#within - now
      // Timers may fire a little early.
      if (left > 1) {
        this.#wakeIn(left)
        return
      }
      this.#since.delete(thing)
      this.#onLate(thing)
    }
  }
}
