/** A link within the page: no reload, but still a link (middle click, copy address, keyboard). */
import type { ComponentChildren } from 'preact'
import { type Luggage, navigate, usePlace } from './router.ts'

interface LinkProps {
  to: string
  /** A function where it is known only at the click. */
  luggage?: Luggage | (() => Luggage)
  class?: string
  children: ComponentChildren
}

export function Link({ to, luggage, class: className, children }: LinkProps) {
  const { path } = usePlace()
  const onClick = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return
    event.preventDefault()
    const taken = typeof luggage === 'function' ? luggage() : luggage
    navigate(to, taken ? { luggage: taken } : {})
  }
  return (
    <a
      href={to}
      class={className}
      onClick={onClick}
      aria-current={path === to ? 'page' : undefined}
    >
      {children}
    </a>
  )
}
