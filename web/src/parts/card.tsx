/** A part of a view that has a name. */

import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { TitleId } from './title-id.ts'

interface CardProps {
  title: string
  hint?: ComponentChildren
  children: ComponentChildren
  isDangerous?: boolean
}

export function Card({ title, hint, children, isDangerous = false }: CardProps) {
  const id = useId()
  return (
    <section class={isDangerous ? 'card dangerous' : 'card'} aria-labelledby={id}>
      <h2 id={id} tabIndex={-1}>
        {title}
      </h2>
      {hint && <p class="hint">{hint}</p>}
      <TitleId.Provider value={id}>{children}</TitleId.Provider>
    </section>
  )
}
