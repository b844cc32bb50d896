/** In local runs nothing is really sent: this is the way to the codes. */
import { outboxOf } from '../outbox.ts'
import { Icon } from './icon.tsx'

export function OutboxLink({ to }: { to?: string | undefined }) {
  const address = outboxOf(to)
  if (address === undefined) return null
  return (
    <p class="outbox">
      <Icon name="mail" />
      <span>
        This is a local run: no message is really sent.{' '}
        <a href={address} target="_blank" rel="noreferrer">
          Read the code in the local mailbox
        </a>
      </span>
    </p>
  )
}
