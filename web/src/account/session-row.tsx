/** One session: which browser, where, when. */
import type { SessionSummary } from '../../../packages/client/src/client.ts'
import { client } from '../client.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Notice } from '../parts/notice.tsx'
import { useAction } from '../parts/use-action.ts'
import { deviceWords } from '../words/device.ts'
import { ago, moment } from '../words/time.ts'

interface SessionRowProps {
  session: SessionSummary
  onEnd(): Promise<void>
}

export function SessionRow({ session, onEnd }: SessionRowProps) {
  const { current, createdAt, lastSeenAt, ip, userAgent } = session
  const ending = useAction(onEnd)
  const device = deviceWords(userAgent)
  return (
    <li class="row">
      <Icon name={isHandheld(device) ? 'phone' : 'devices'} />
      <span class="row-text">
        <b>{device}</b>
        <span class="hint">
          {ip} · seen {ago(lastSeenAt, client.now())}
        </span>
        <span class="hint">Logged in {moment(createdAt)}</span>
      </span>
      {current ? (
        <Badge tone="good">This session</Badge>
      ) : (
        <Button
          label={`End the session of ${device}, ${ip}`}
          isBusy={ending.isBusy}
          onClick={() => void ending.run()}
        >
          End
        </Button>
      )}
      {ending.problem && <Notice tone="bad">{ending.problem}</Notice>}
    </li>
  )
}

const isHandheld = (device: string) => /Android|iPhone|iPad/.test(device)
