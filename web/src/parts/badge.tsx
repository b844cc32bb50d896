/** One word about the thing beside it. */
import type { ComponentChildren } from 'preact'

interface BadgeProps {
  tone: 'good' | 'warn' | 'plain'
  children: ComponentChildren
}

export function Badge({ tone, children }: BadgeProps) {
  return <span class={`badge ${tone}`}>{children}</span>
}
