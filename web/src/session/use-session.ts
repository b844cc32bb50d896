/** The session of the client, as a hook. */
import { useEffect, useState } from 'preact/hooks'
import type { ActiveSession, SessionState } from '../../../packages/client/src/client.ts'
import { client } from '../client.ts'

export function useSession(): SessionState {
  const [state, setState] = useState<SessionState>(client.session.current)
  useEffect(() => {
    const read = () => setState(client.session.current)
    read()
    return client.session.subscribe(read)
  }, [])
  return state
}

/** For what is only shown to somebody who is logged in; undefined for the moment of leaving. */
export function useActiveSession(): ActiveSession | undefined {
  const state = useSession()
  return state.kind === 'signed-in' ? state.session : undefined
}
