/** What a session store finds under an id, as tests ask for it. */
import type { LoadedSession, SessionStore } from '../../src/auth/session.ts'

/** The live session under an id; undefined where it has ended or was replaced. */
export async function liveSession(
  store: Pick<SessionStore, 'find'>,
  id: string
): Promise<LoadedSession | undefined> {
  const found = await store.find(id)
  return found.kind === 'live' ? found.session : undefined
}
