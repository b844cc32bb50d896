/** Vue: the session and a login as composables, for any component. */
import { type Client, createClient, ProblemError, type SessionState } from 'cognito-bff-client'
import { onScopeDispose, type Ref, ref, shallowRef } from 'vue'

const client: Client = createClient()

/** The session of this browser; changes with every tab. */
export function useSession(): Readonly<Ref<SessionState>> {
  const state = shallowRef(client.session.current)
  onScopeDispose(
    client.session.subscribe(() => {
      state.value = client.session.current
    })
  )
  if (state.value.kind === 'unknown') client.session.refresh().catch(console.error)
  return state
}

/** A login: what went wrong, the step that comes next, and whether it is busy. */
export function useLogIn() {
  const problem = ref('')
  const nextStep = ref('')
  const isBusy = ref(false)

  async function logIn(email: string, password: string) {
    isBusy.value = true
    problem.value = ''
    try {
      const answer = await client.logIn({ email, password })
      nextStep.value = answer.status === 'challenge' ? answer.challenge.name : ''
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      problem.value = error.message
    } finally {
      isBusy.value = false
    }
  }

  return { logIn, problem, nextStep, isBusy }
}

export const logOut = () => client.logOut()
