/** Every view of the page, by its path, and who may see it. */
import type { ComponentType } from 'preact'
import { ApiCall } from '../account/api-call.tsx'
import { Overview } from '../account/overview.tsx'
import { Sessions } from '../account/sessions.tsx'
import { ChallengeView } from '../challenge/challenge-view.tsx'
import { ProfileView } from '../profile/profile-view.tsx'
import { SecurityView } from '../security/security-view.tsx'
import { Confirm } from '../session/confirm.tsx'
import { Forgot } from '../session/forgot.tsx'
import { LogIn } from '../session/log-in.tsx'
import { Reset } from '../session/reset.tsx'
import { SignUp } from '../session/sign-up.tsx'
import { NotFound } from './not-found.tsx'

export interface Route {
  readonly title: string
  /** `guest`: who is logged in has nothing to do there. */
  readonly audience: 'guest' | 'user' | 'anyone'
  readonly view: ComponentType
}

const routes: Readonly<Record<string, Route>> = {
  '/': { title: 'Overview', audience: 'user', view: Overview },
  '/profile': { title: 'Profile', audience: 'user', view: ProfileView },
  '/security': { title: 'Security', audience: 'user', view: SecurityView },
  '/sessions': { title: 'Sessions', audience: 'user', view: Sessions },
  '/call': { title: 'Call the API', audience: 'user', view: ApiCall },
  '/login': { title: 'Log in', audience: 'guest', view: LogIn },
  '/login/challenge': { title: 'One more step', audience: 'guest', view: ChallengeView },
  '/signup': { title: 'Create an account', audience: 'guest', view: SignUp },
  '/signup/confirm': { title: 'Confirm your account', audience: 'guest', view: Confirm },
  '/forgot': { title: 'Forgot your password?', audience: 'guest', view: Forgot },
  '/reset': { title: 'Choose a new password', audience: 'guest', view: Reset }
}

export function routeOf(path: string): Route {
  return routes[path] ?? { title: 'Page not found', audience: 'anyone', view: NotFound }
}
