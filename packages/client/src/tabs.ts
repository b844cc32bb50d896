/** What the tabs of one browser tell each other. Nothing is stored, and nothing about the user is sent. */

import type { EndReason } from './events.ts'

/**
 * `changed`: ask the service again. `left`: the user has logged out; nothing needs to be asked. A reason: the session
 * has ended for it; ask the service.
 */
export type TabEvent = 'changed' | 'left' | EndReason

export interface Tabs {
  announce(event: TabEvent): void
  close(): void
}

/** Without BroadcastChannel nothing is announced: `onWake` then finds out when a tab is looked at. */
export function joinTabs(name: string, onEvent: (event: TabEvent) => void): Tabs {
  if (typeof BroadcastChannel === 'undefined') return { announce() {}, close() {} }
  const channel = new BroadcastChannel(name)
  // Node keeps a process alive for it; browsers do not know the word.
  if ('unref' in channel && typeof channel.unref === 'function') channel.unref()
  channel.onmessage = message => {
    const { data } = message as { data: TabEvent } // from this same function, same origin
    onEvent(data)
  }
  return { announce: event => channel.postMessage(event), close: () => channel.close() }
}

interface Page {
  readonly visibilityState?: string
  addEventListener?(type: string, listener: (event: Event) => void): void
  removeEventListener?(type: string, listener: (event: Event) => void): void
}

/**
 * Calls back when the page is looked at again: after sleep, from another tab, or from the browser's
 * back-forward cache, where no timer has run and no message has arrived. Does nothing outside a browser.
 */
export function onWake(listener: () => void): () => void {
  const { document } = globalThis as { document?: Page } // absent outside browsers
  const window = globalThis as Page // the same
  const whenVisible = () => document?.visibilityState === 'visible' && listener()
  document?.addEventListener?.('visibilitychange', whenVisible)
  // `pageshow` also ends every ordinary load, when the page asks of its own accord.
  const whenBack = (event: Event) => 'persisted' in event && event.persisted && whenVisible()
  window.addEventListener?.('pageshow', whenBack)
  return () => {
    document?.removeEventListener?.('visibilitychange', whenVisible)
    window.removeEventListener?.('pageshow', whenBack)
  }
}
