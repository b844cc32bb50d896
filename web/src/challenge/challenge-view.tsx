/** What the pool asks after the password. Survives a reload: the service remembers, and so does the tab. */
import { useEffect } from 'preact/hooks'
import type { LoginAnswer } from '../../../packages/client/src/client.ts'
import { Link } from '../app/link.tsx'
import { navigate, usePlace } from '../app/router.ts'
import { Heading } from '../parts/heading.tsx'
import { challengeWords } from '../words/challenges.ts'
import { ChallengeStep } from './challenge-step.tsx'
import { keepSetup } from './setup-keeper.ts'

export function ChallengeView() {
  const { luggage } = usePlace()
  const { challenge, email } = luggage
  const back = email === undefined ? {} : { email }

  useEffect(() => {
    if (!challenge) navigate('/login', { replace: true })
  }, [challenge])
  if (!challenge) return null

  const onAnswer = (answer: LoginAnswer) => {
    // Once logged in, the page itself leads on.
    if (answer.status === 'authenticated') return
    const next = { ...luggage, challenge: keepSetup(answer.challenge) }
    navigate('/login/challenge', { replace: true, luggage: next })
  }
  const onExpired = () =>
    navigate('/login', { replace: true, luggage: { ...back, notice: 'challenge-expired' } })

  const { title, lead } = challengeWords(challenge)
  return (
    <>
      <Heading lead={lead}>{title}</Heading>
      <ChallengeStep
        key={challenge.name}
        challenge={challenge}
        email={email}
        onAnswer={onAnswer}
        onExpired={onExpired}
      />
      <p class="ways">
        <Link to="/login" luggage={back}>
          {challenge.delivery ? 'No message? Log in again for a new code' : 'Start again'}
        </Link>
      </p>
    </>
  )
}
