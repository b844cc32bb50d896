/** A sentence that matters now. */
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

interface NoticeProps {
  tone: 'info' | 'good' | 'bad'
  children: ComponentChildren
}

/** What went wrong interrupts a screen reader; what went well waits its turn. */
export function Notice({ tone, children }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'} tabIndex={-1}>
      <Icon name={tone === 'good' ? 'check' : 'info'} />
      <p>{children}</p>
    </div>
  )
}
