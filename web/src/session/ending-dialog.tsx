/** The session is about to end: one click keeps it, for all tabs. */
import { useEffect } from 'preact/hooks'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Notice } from '../parts/notice.tsx'
import { useAction } from '../parts/use-action.ts'
import { useCountdown } from '../parts/use-countdown.ts'
import { useSession } from './use-session.ts'

export function EndingDialog() {
  const state = useSession()
  if (state.kind !== 'signed-in' || state.endingAt === undefined) return null
  return <Question endingAt={state.endingAt} isExtendable={state.isExtendable ?? false} />
}

function Question({ endingAt, isExtendable }: { endingAt: number; isExtendable: boolean }) {
  const [left, restart] = useCountdown((endingAt - Date.now()) / 1000)
  const staying = useAction(client.session.extend)
  const leaving = useAction(client.logOut)
  // Counts again when the end has moved.
  useEffect(() => restart((endingAt - Date.now()) / 1000), [endingAt])
  const stay = () => void staying.run()
  return (
    <Dialog title="Are you still there?" onCancel={isExtendable ? stay : () => undefined}>
      <p>
        {isExtendable
          ? 'You have been inactive for a while. You will be logged out in '
          : 'This session is about to reach its maximum length. Save your work: you will be logged out in '}
        <span class="countdown" role="timer">
          {spoken(left)}
        </span>
        .
      </p>
      {staying.problem && <Notice tone="bad">{staying.problem}</Notice>}
      <div class="actions">
        {isExtendable && (
          <Button tone="main" isBusy={staying.isBusy} onClick={stay}>
            Stay signed in
          </Button>
        )}
        <Button tone="quiet" isBusy={leaving.isBusy} onClick={() => void leaving.run()}>
          Log out now
        </Button>
      </div>
    </Dialog>
  )
}

function spoken(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  const rest = String(seconds % 60).padStart(2, '0')
  return `${minutes}:${rest}`
}
