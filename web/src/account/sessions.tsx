/** Where the user is logged in, and how to end that. */
import { useState } from 'preact/hooks'
import type { SessionSummary } from '../../../packages/client/src/client.ts'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loading } from '../parts/loading.tsx'
import { Notice } from '../parts/notice.tsx'
import { useAction } from '../parts/use-action.ts'
import { useLoad } from '../parts/use-load.ts'
import { deviceWords } from '../words/device.ts'
import { SessionRow } from './session-row.tsx'

export function Sessions() {
  const { data, problem, set, reload } = useLoad(client.listSessions)
  const others = data?.sessions.filter(session => !session.current) ?? []
  const [said, setSaid] = useState('')
  const endingOthers = useAction(async () => {
    await client.endOtherSessions()
    set(await client.listSessions())
    setSaid('All your other sessions have ended.')
  })
  const endingAll = useAction(client.logOutEverywhere)
  const failure = endingOthers.problem ?? endingAll.problem

  async function end({ id, userAgent }: SessionSummary) {
    await client.endSession(id)
    set(await client.listSessions())
    setSaid(`The session of ${deviceWords(userAgent)} has ended.`)
  }

  return (
    <>
      <Heading lead="All browsers in which you are logged in.">Sessions</Heading>
      <Card title="Where you are logged in">
        {said && (
          <Notice tone="good" takesFocus>
            {said}
          </Notice>
        )}
        {data ? (
          <ul class="rows">
            {data.sessions.map(session => (
              <SessionRow key={session.id} session={session} onEnd={() => end(session)} />
            ))}
          </ul>
        ) : (
          <Loading problem={problem} onRetry={reload} />
        )}
      </Card>
      <Card
        title="A session you do not recognise?"
        hint="End the sessions that are not yours, then change your password."
      >
        <div class="actions">
          {others.length > 0 && (
            <Button isBusy={endingOthers.isBusy} onClick={() => void endingOthers.run()}>
              End all other sessions
            </Button>
          )}
          <Button tone="bad" isBusy={endingAll.isBusy} onClick={() => void endingAll.run()}>
            Log out everywhere
          </Button>
        </div>
        {failure && <Notice tone="bad">{failure}</Notice>}
      </Card>
    </>
  )
}
