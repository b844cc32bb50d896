/** React: the session as a hook, a login with its refusals, and the way out in every tab. */
import { createClient, ProblemError } from 'cognito-bff-client'
import { type FormEvent, useCallback, useEffect, useState, useSyncExternalStore } from 'react'

const client = createClient()

export function useSession() {
  return useSyncExternalStore(client.session.subscribe, () => client.session.current)
}

export function Account() {
  const session = useSession()
  const [problem, setProblem] = useState<ProblemError>()
  const ask = useCallback(() => {
    setProblem(undefined)
    client.session.refresh().catch(setProblem)
  }, [])
  useEffect(ask, [ask])
  // Nobody knows yet, and the service could not say: without a way on, this would be the end of the page.
  if (session.kind === 'unknown' && problem) {
    return (
      <p role="alert">
        {problem.message}{' '}
        <button type="button" onClick={ask}>
          Try again
        </button>
      </p>
    )
  }
  if (session.kind === 'unknown') return <p>Loading …</p>
  if (session.kind === 'signed-out') return <LogIn />
  const { email } = session.session.user
  return (
    <>
      <p>Logged in as {email}</p>
      {session.isExtendable && (
        <button type="button" onClick={() => void client.session.extend()}>
          Stay signed in
        </button>
      )}
      <button type="button" onClick={() => void client.logOut()}>
        Log out
      </button>
    </>
  )
}

function LogIn() {
  const [problem, setProblem] = useState<ProblemError>()

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    try {
      const answer = await client.logIn({
        email: String(form.get('email')),
        password: String(form.get('password'))
      })
      if (answer.status === 'challenge') console.log('next step:', answer.challenge.name)
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      setProblem(error)
    }
  }

  return (
    <form onSubmit={event => void submit(event)}>
      <input name="email" type="email" autoComplete="username" aria-label="Email" />
      <input
        name="password"
        type="password"
        autoComplete="current-password"
        aria-label="Password"
      />
      {problem && <p role="alert">{problem.message}</p>}
      <button type="submit">Log in</button>
    </form>
  )
}
