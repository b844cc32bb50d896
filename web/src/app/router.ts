/** Where the page is: a path, and what goes along with it in the history entry. */
import { useEffect, useState } from 'preact/hooks'
import type { Challenge, Delivery } from '../../../packages/client/src/client.ts'
import type { NoticeKey } from '../words/notices.ts'

/**
 * Lives in `history.state`: it survives a reload, belongs to one tab, and is no storage that scripts of
 * another page could read. Nothing secret is put here.
 */
export interface Luggage {
  readonly email?: string
  readonly delivery?: Delivery
  readonly challenge?: Challenge
  readonly notice?: NoticeKey
  /** Path to go to after the login, with its query and fragment. Never taken from an address, so no other site can choose it. */
  readonly next?: string
}

export interface Place {
  readonly path: string
  /** Query and fragment, as they stand in the address. */
  readonly rest: string
  readonly luggage: Luggage
}

export interface NavigateOptions {
  readonly luggage?: Luggage
  readonly replace?: boolean
}

const listeners = new Set<(place: Place) => void>()
let current = read()

export function navigate(path: string, { luggage = {}, replace = false }: NavigateOptions = {}) {
  if (replace) history.replaceState(luggage, '', path)
  else history.pushState(luggage, '', path)
  announce()
}

export function usePlace(): Place {
  const [place, setPlace] = useState(current)
  useEffect(() => {
    listeners.add(setPlace)
    // It may have changed since the first rendering, before anybody listened.
    setPlace(current)
    return () => {
      listeners.delete(setPlace)
    }
  }, [])
  return place
}

function announce(): void {
  current = read()
  for (const listener of listeners) listener(current)
}

function read(): Place {
  const luggage = (history.state ?? {}) as Luggage // written by navigate() alone
  return { path: location.pathname, rest: location.search + location.hash, luggage }
}

addEventListener('popstate', announce)
