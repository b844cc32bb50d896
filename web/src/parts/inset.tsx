/** Something that has opened within a card, at a click: the focus follows. */
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { TitleId } from './title-id.ts'

interface InsetProps {
  title: string
  children: ComponentChildren
}

export function Inset({ title, children }: InsetProps) {
  const id = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
    heading.current?.parentElement?.scrollIntoView({ block: 'nearest' })
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
