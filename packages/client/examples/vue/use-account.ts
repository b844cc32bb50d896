/** Vue: the session and a login as composables, for any component. */
import { type Client, createClient, ProblemError, type SessionState } from 'cognito-bff-client'
import { onScopeDispose, type Ref, ref, shallowRef } from 'vue'

const client: Client = createClient()

/**
 * The session of this browser; changes with every tab. `problem` says why nobody could tell who is logged in;
 * show it with a button that calls `ask` while `state.kind` is `unknown`.
 */
export function useSession() {
  const state: Ref<SessionState> = shallowRef(client.session.current)
  const problem = ref('')
  onScopeDispose(
    client.session.subscribe(() => {
      state.value = client.session.current
    })
  )
  async function ask() {
    problem.value = ''
    try {
      await client.session.refresh()
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      problem.value = error.message
    }
  }
  if (state.value.kind === 'unknown') void ask()
  return { state, problem, ask }
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
