/** In local runs nothing is really sent: this is the way to the codes. */
import { Icon } from './icon.tsx'

const outbox: string = import.meta.env.VITE_OUTBOX_URL ?? 'http://127.0.0.1:9229/_local/messages'

/** Where `npm start` and `npm run dev:web` serve the page. */
const isLocal = ['localhost:3000', '127.0.0.1:3000', 'localhost:5173', '127.0.0.1:5173'].includes(
  location.host
)

export function OutboxLink({ to }: { to?: string | undefined }) {
  if (!isLocal) return null
  const address = to ? `${outbox}?to=${encodeURIComponent(to)}` : outbox
  return (
    <p class="outbox">
      <Icon name="mail" />
      <span>
        Local run: nothing is really sent.{' '}
        <a href={address} target="_blank" rel="noreferrer">
          Read the code in the outbox
        </a>
      </span>
    </p>
  )
}
