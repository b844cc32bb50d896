/** The heading of a view; the focus comes here when the view does. */
import type { ComponentChildren } from 'preact'

interface HeadingProps {
  children: ComponentChildren
  /** One sentence below it. */
  lead?: ComponentChildren
}

export function Heading({ children, lead }: HeadingProps) {
  return (
    <div class="heading">
      <h1 id="view-title" tabIndex={-1}>
        {children}
      </h1>
      {lead && <p class="lead">{lead}</p>}
    </div>
  )
}
