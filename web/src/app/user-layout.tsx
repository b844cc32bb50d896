/** For who is logged in: where to go, who one is, and the way out. */
import type { ComponentChildren } from 'preact'
import { client } from '../client.ts'
import { Avatar } from '../parts/avatar.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { Notice } from '../parts/notice.tsx'
import { useAction } from '../parts/use-action.ts'
import { EndingDialog } from '../session/ending-dialog.tsx'
import { ReauthenticationDialog } from '../session/reauthentication-dialog.tsx'
import { useActiveSession } from '../session/use-session.ts'
import { Brand } from './brand-mark.tsx'
import { Link } from './link.tsx'

const places: [path: string, icon: IconName, label: string][] = [
  ['/', 'home', 'Overview'],
  ['/profile', 'person', 'Profile'],
  ['/security', 'shield', 'Security'],
  ['/sessions', 'devices', 'Sessions'],
  ['/call', 'code', 'API']
]

export function UserLayout({ children }: { children: ComponentChildren }) {
  const leaving = useAction(client.logOut)
  return (
    <div class="user">
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="user-bar">
        <Brand />
        <nav class="user-nav" aria-label="Main">
          {places.map(([path, icon, label]) => (
            <Link key={path} to={path}>
              <Icon name={icon} />
              {label}
            </Link>
          ))}
        </nav>
        <div class="user-self">
          <Self />
          <button
            type="button"
            class="button quiet"
            aria-busy={leaving.isBusy}
            onClick={() => void leaving.run()}
          >
            <Icon name="leave" />
            Log out
          </button>
        </div>
      </header>
      <main id="content" class="user-main" tabIndex={-1}>
        {leaving.problem && (
          <div class="user-trouble">
            <Notice tone="bad">{leaving.problem}</Notice>
          </div>
        )}
        {children}
      </main>
      <EndingDialog />
      <ReauthenticationDialog />
    </div>
  )
}

function Self() {
  const user = useActiveSession()?.user
  if (!user) return null
  return (
    <p class="self">
      <Avatar name={user.givenName ?? user.email} />
      <span>
        <b>{user.givenName ?? 'Your account'}</b>
        <span class="hint" title={user.email}>
          {user.email}
        </span>
      </span>
    </p>
  )
}
