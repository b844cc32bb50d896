/** The client of the service: every call by name, and a session that all tabs agree on. */

import { type EndReason, followEvents } from './events.ts'
import { createFlows, type Flows } from './flows.ts'
import {
  type EventsOptions,
  type LiveSocket,
  openEvents,
  openSocket,
  type SocketOptions
} from './live.ts'
import { ProblemError } from './problem.ts'
import { type ClientFetch, createFetch, type RequestOptions } from './request.ts'
import { type SessionState, SessionWatch } from './session.ts'
import { joinTabs, onWake } from './tabs.ts'
import type { LoginAnswer } from './types.ts'

export type { EndReason } from './events.ts'
export type { CallOptions } from './flows.ts'
export type { EventsOptions, LiveSocket, SocketOptions } from './live.ts'
export type * from './problem.ts'
export { ProblemError } from './problem.ts'
export type { ClientFetch, FetchOptions } from './request.ts'
export type { SessionState } from './session.ts'
export type * from './types.ts'

export interface ClientOptions extends Pick<RequestOptions, 'baseUrl' | 'fetch' | 'timeout'> {
  /** How long before its end the session warns, in ms; two minutes by default. */
  readonly warnBefore?: number
  /** Name of the channel between tabs; only for several services on one origin. */
  readonly channel?: string
}

export interface Client extends Flows {
  /** `fetch` for everything else, `/api` above all: see `createFetch`. */
  readonly fetch: ClientFetch
  /** A WebSocket to an API that takes them: opened again after a break, until the session ends. */
  socket(path: string, options: SocketOptions): LiveSocket
  /** Server-sent events of an API: opened again after a break, until the session ends. Returns what closes them. */
  events(path: string, options: EventsOptions): () => void
  readonly session: {
    readonly current: SessionState
    subscribe(listener: () => void): () => void
    /** Asks the service who is logged in; call it once when the page starts. */
    refresh(): Promise<SessionState>
    /** "Stay signed in": puts the idle end off, for all tabs. */
    extend(): Promise<SessionState>
  }
  /**
   * Learns at once of an end elsewhere, of a new id and of changes: one event stream for all tabs of the browser.
   * Returns what stops it.
   */
  watchSession(): () => void
  /** The time by the service's clock, in ms: what its instants compare with. This machine's may be wrong. */
  now(): number
  /** Ends timers and listeners. */
  close(): void
}

/** The one entry point. Makes no call by itself. */
export function createClient(options: ClientOptions = {}): Client {
  const clock = createServerClock()
  const fetch = createFetch({
    ...options,
    onResponse: clock.observe,
    onProblem: problem => problem.isSignedOut && checks === 0 && check()
  })
  const flows = createFlows(fetch, options.timeout)
  const watch = new SessionWatch({
    ask: () => flows.getSession().catch(signedOut),
    warnBefore: options.warnBefore ?? 120_000,
    serverNow: clock.now
  })
  const { channel = 'cognito-bff', baseUrl: base = '' } = options
  const isAlive = () =>
    watch.refresh().then(
      ({ kind }) => kind === 'signed-in',
      () => true
    )
  const tabs = joinTabs(channel, event => {
    if (event === 'left') return watch.signOut()
    if (event !== 'changed') watch.noteEnd(event)
    check(() => undefined)
  })
  const ended = (reason: EndReason) => {
    // The end is this tab's own work, and its answer is on the way.
    if (leaving > 0) return
    if (reason === 'logged_out') {
      check(() => tabs.announce('left'))
      return
    }
    watch.noteEnd(reason)
    check(() => tabs.announce(reason))
  }
  const follow = () =>
    followEvents({
      url: `${base}/auth/events`,
      lock: `${channel} events`,
      onEnded: ended,
      onNews: () => changed(undefined)
    })
  let stopFollowing: (() => void) | undefined
  const followWhileSignedIn = () => {
    if (watch.current.kind === 'signed-in') stopFollowing ??= follow()
    else {
      stopFollowing?.()
      stopFollowing = undefined
    }
  }
  const stopWaking = onWake(() => watch.current.kind !== 'unknown' && check())

  let checks = 0
  let leaving = 0
  /** Asks rather than believes: a late answer may speak of a session that has been replaced since. */
  const check = (tell = () => tabs.announce('changed')) => {
    checks++
    const before = watch.current.kind
    watch
      .refresh()
      .then(({ kind }) => kind !== before && tell())
      .catch(() => undefined)
      .finally(() => checks--)
  }
  const leave = async (call: Promise<unknown>): Promise<undefined> => {
    leaving++
    await call.finally(() => leaving--)
    watch.signOut()
    tabs.announce('left')
    return undefined
  }
  const began = (answer: LoginAnswer) => {
    if (answer.status === 'challenge') return answer
    watch.signIn(answer.session)
    tabs.announce('changed')
    return answer
  }
  const changed = async <T>(answer: T) => {
    await watch.refresh().catch(() => undefined)
    tabs.announce('changed')
    return answer
  }

  return {
    ...flows,
    logIn: (...call) => flows.logIn(...call).then(began),
    answerChallenge: (...call) => flows.answerChallenge(...call).then(began),
    logOut: (...call) => leave(flows.logOut(...call)),
    logOutEverywhere: (...call) => leave(flows.logOutEverywhere(...call)),
    deleteAccount: (...call) => leave(flows.deleteAccount(...call)),
    changeProfile: (...call) => flows.changeProfile(...call).then(changed),
    confirmVerification: (...call) => flows.confirmVerification(...call).then(changed),
    endOtherSessions: (...call) => flows.endOtherSessions(...call).then(changed),
    endSession: (...call) => flows.endSession(...call).then(changed),
    resetPassword: (...call) => flows.resetPassword(...call).then(changed),
    changePassword: (...call) => flows.changePassword(...call).then(changed),
    watchSession: () => {
      const stopListening = watch.subscribe(followWhileSignedIn)
      followWhileSignedIn()
      return () => {
        stopListening()
        stopFollowing?.()
        stopFollowing = undefined
      }
    },
    fetch,
    socket: (path, live) => openSocket(base + path, isAlive, live),
    events: (path, live) => openEvents(base + path, isAlive, live),
    now: clock.now,
    session: {
      get current() {
        return watch.current
      },
      subscribe: watch.subscribe,
      refresh: watch.refresh,
      extend: async () => {
        // The cheapest call that counts as activity: it needs the session store only, not Cognito.
        await flows.listSessions()
        await changed(undefined)
        return watch.current
      }
    },
    close: () => {
      stopFollowing?.()
      watch.close()
      tabs.close()
      stopWaking()
    }
  }
}

function signedOut(problem: unknown): { authenticated: false } {
  if (problem instanceof ProblemError && problem.isSignedOut) return { authenticated: false }
  throw problem
}

/** The service's clock, read from its answers: instants of a session are its own, not this machine's. */
function createServerClock() {
  let offset = 0
  return {
    now: () => Date.now() + offset,
    observe: ({ headers }: Response) => {
      const date = Date.parse(headers.get('date') ?? '')
      if (date) offset = date - Date.now()
    }
  }
}
