/** The page: waits for the session, sends people where they may be, and lays the view out. */
import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import type { SessionState } from '../../../packages/client/src/client.ts'
import { client } from '../client.ts'
import { useSession } from '../session/use-session.ts'
import { messageOf } from '../words/message-of.ts'
import { noticeOf } from '../words/notices.ts'
import { GuestLayout } from './guest-layout.tsx'
import { navigate, type Place, usePlace } from './router.ts'
import { type Route, routeOf } from './routes.tsx'
import { Splash } from './splash.tsx'
import { useArrival } from './use-arrival.ts'
import { UserLayout } from './user-layout.tsx'

export function App() {
  const session = useSession()
  const place = usePlace()
  const [problem, start] = useStart()
  const route = routeOf(place.path)
  const isKnown = session.kind !== 'unknown'
  const detour = isKnown && detourFrom(route, place, session)

  useLayoutEffect(() => {
    if (detour) navigate(detour.path, { luggage: detour.luggage, replace: true })
  })
  // One step of a login after another is a new view, too, though the path stays.
  useArrival(route.title, `${place.path} ${place.luggage.challenge?.name}`, isKnown && !detour)

  if (!isKnown) return <Splash problem={problem} onRetry={start} />
  if (detour) return null
  const View = route.view
  if (session.kind !== 'signed-in') {
    return <GuestLayout>{<View key={place.path} />}</GuestLayout>
  }
  // Another user means another page: nothing of the first may stay on it.
  return <UserLayout key={session.session.user.sub}>{<View key={place.path} />}</UserLayout>
}

/** Where somebody has to go instead, if anywhere. */
function detourFrom(route: Route, { path, rest, luggage }: Place, session: SessionState) {
  if (session.kind === 'signed-in') {
    return route.audience === 'guest' && { path: luggage.next ?? '/', luggage: {} }
  }
  if (route.audience !== 'user') return false
  const { reason, endReason } =
    session.kind === 'signed-out' ? session : { reason: 'none' as const, endReason: undefined }
  return {
    path: '/login',
    luggage: {
      ...(reason !== 'none' && { notice: noticeOf(endReason) ?? reason }),
      ...(reason !== 'left' && path + rest !== '/' && { next: path + rest })
    }
  }
}

/** Asks once who is logged in; says what went wrong, and tries again on demand. */
function useStart(): [problem: string | undefined, start: () => void] {
  const [problem, setProblem] = useState<string>()
  const start = () => {
    setProblem(undefined)
    client.session.refresh().catch(error => setProblem(messageOf(error)))
  }
  useEffect(start, [])
  useEffect(() => client.watchSession(), [])
  return [problem, start]
}
