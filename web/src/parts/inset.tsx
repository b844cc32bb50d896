/** Something that has opened within a card, at a click: the focus follows, and goes back afterwards. */
import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { TitleId } from './title-id.ts'

interface InsetProps {
  title: string
  children: ComponentChildren
}

export function Inset({ title, children }: InsetProps) {
  const id = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => {
    const before = document.activeElement
    const card = heading.current?.closest('section')?.querySelector('h2')
    heading.current?.focus({ preventScroll: true })
    heading.current?.parentElement?.scrollIntoView({ block: 'nearest' })
    return () => {
      // What was clicked may be gone, or have gone for a while.
      const isThere =
        before instanceof HTMLElement && before.isConnected && before.matches('button')
      ;(isThere ? before : card)?.focus()
    }
  }, [])
  return (
    <div class="inset">
      <h3 id={id} ref={heading} tabIndex={-1}>
        {title}
      </h3>
      <TitleId.Provider value={id}>{children}</TitleId.Provider>
    </div>
  )
}
