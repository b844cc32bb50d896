/** A sentence that matters now. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Icon } from './icon.tsx'

interface NoticeProps {
  tone: 'info' | 'good' | 'bad'
  /** For what was done with something that is gone now: the focus comes here. */
  takesFocus?: boolean
  children: ComponentChildren
}

/** What went wrong interrupts a screen reader; what went well waits its turn. */
export function Notice({ tone, takesFocus = false, children }: NoticeProps) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (takesFocus) element.current?.focus()
  }, [children])
  return (
    <div
      ref={element}
      class={`notice ${tone}`}
      role={tone === 'bad' ? 'alert' : 'status'}
      tabIndex={-1}
    >
      <Icon name={tone === 'good' ? 'check' : 'info'} />
      <p>{children}</p>
    </div>
  )
}
