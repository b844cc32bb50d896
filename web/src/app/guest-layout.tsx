/** For who is not logged in: one form, and beside it, where there is room, what this is. */
import type { ComponentChildren } from 'preact'
import { brand } from '../brand.ts'
import { Icon } from '../parts/icon.tsx'
import { Brand } from './brand-mark.tsx'

export function GuestLayout({ children }: { children: ComponentChildren }) {
  return (
    <div class="guest">
      <header class="guest-aside">
        <Brand />
        <div class="guest-promise">
          <p class="guest-claim">{brand.promise}</p>
          <ul>
            {brand.reasons.map(reason => (
              <li key={reason}>
                <Icon name="check" />
                {reason}
              </li>
            ))}
          </ul>
        </div>
      </header>
      <main class="guest-main">
        <div class="guest-view">{children}</div>
      </main>
    </div>
  )
}
