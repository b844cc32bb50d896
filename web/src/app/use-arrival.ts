/** What a browser does on a new page, and a page without reloads has to do itself. */
import { useEffect, useRef } from 'preact/hooks'
import { brand } from '../brand.ts'

/** Sets the title; after the first view, also scrolls up and moves the focus into the new one. */
export function useArrival(title: string, place: string, isShown: boolean): void {
  const hasArrived = useRef(false)
  useEffect(() => {
    if (!isShown) return
    document.title = `${title} · ${brand.name}`
    if (hasArrived.current) {
      scrollTo(0, 0)
      const target = document.querySelector<HTMLElement>('[data-arrival]')
      const heading = document.querySelector<HTMLElement>('h1')
      ;(target ?? heading)?.focus()
    }
    hasArrived.current = true
  }, [title, place, isShown])
}
