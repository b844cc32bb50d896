/** Follows `GET /auth/events`: one stream for all tabs of a browser, held by the tab that has the lock. */

/** Why a session has ended, as the service says it. */
export const endReasons = [
  'logged_out',
  'ended_by_user',
  'logged_out_everywhere',
  'password_changed',
  'password_reset',
  'account_deleted',
  'operator',
  'token_theft',
  'refused_by_cognito',
  'idle',
  'expired',
  'unknown'
] as const

export type EndReason = (typeof endReasons)[number]

export interface FollowOptions {
  /** Of the stream. */
  readonly url: string
  /** Name of the lock: one tab of all that use the same name has the stream. */
  readonly lock: string
  readonly onEnded: (reason: EndReason) => void
  /** Something else has happened, or may have been missed: to be asked about. */
  readonly onNews: () => void
}

// What is used of the browser: the client is compiled for programs in Node, too.
interface Stream {
  onopen: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  readonly readyState: number
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void
  close(): void
}

interface Browser {
  readonly EventSource?: { new (url: string): Stream; readonly CLOSED: number }
  readonly navigator?: {
    readonly locks?: {
      request(
        name: string,
        options: { readonly signal: AbortSignal },
        held: () => Promise<void> | undefined
      ): Promise<unknown>
    }
  }
}

/** The first wait before another stream, in ms, where the browser does not open one by itself; it doubles. */
const firstPause = 5_000
const longestPause = 60_000

/** How long, in ms, the response that brings the cookie of a renewed session may take. */
const cookiePause = 2_000

/**
 * Follows the session until the function it returns is called. Does nothing where the browser lacks `EventSource` or
 * Web Locks: over HTTP/1.1 a browser has six connections to an origin, and a stream for each tab would use them up.
 */
export function followEvents(options: FollowOptions): () => void {
  const { EventSource, navigator } = globalThis as Browser // each of them may be missing
  const { locks } = navigator ?? {}
  if (!EventSource || !locks) return () => undefined
  const over = new AbortController()
  const { signal } = over
  const held = () =>
    new Promise<void>(resolve => {
      const close = keepOpen(EventSource, options)
      signal.addEventListener('abort', () => {
        close()
        resolve()
      })
    })
  locks
    .request(options.lock, { signal }, () => (signal.aborted ? undefined : held()))
    .catch(() => undefined) // stopped while it waited
  return () => over.abort()
}

/** Opens a stream again whenever the browser has given it up: after a 401, 503 or 204 it never does. */
function keepOpen(
  EventSource: NonNullable<Browser['EventSource']>,
  { url, onEnded, onNews }: FollowOptions
): () => void {
  let pause = firstPause
  let timer: ReturnType<typeof setTimeout> | undefined
  let source: Stream | undefined
  function open(): void {
    source = new EventSource(url)
    source.onopen = () => {
      pause = firstPause
    }
    source.addEventListener('session.ended', event => onEnded(reasonIn(event)))
    for (const name of ['session.changed', 'session.expiring']) {
      source.addEventListener(name, onNews)
    }
    // Until the new cookie is here, the service would say that there is no session.
    source.addEventListener('session.renewed', () => {
      source?.close()
      timer = setTimeout(() => {
        onNews()
        open()
      }, cookiePause)
    })
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return
      onNews()
      timer = setTimeout(open, pause)
      pause = Math.min(pause * 2, longestPause)
    }
  }
  open()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}

function reasonIn({ data }: { readonly data?: unknown }): EndReason {
  const { reason } = JSON.parse(String(data)) as { reason?: unknown } // our own service
  return endReasons.find(known => known === reason) ?? 'unknown'
}
