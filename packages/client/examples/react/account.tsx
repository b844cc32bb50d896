/** React: the session as a hook, a login with its refusals, and the way out in every tab. */
import { createClient, ProblemError } from 'cognito-bff-client'
import { type FormEvent, useEffect, useState, useSyncExternalStore } from 'react'

const client = createClient()

export function useSession() {
  return useSyncExternalStore(client.session.subscribe, () => client.session.current)
}

export function Account() {
  const session = useSession()
  useEffect(() => {
    client.session.refresh().catch(console.error)
  }, [])
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
