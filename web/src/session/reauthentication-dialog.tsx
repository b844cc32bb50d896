/** "Is it you?": the password once more, and whatever the pool asks after it. */
import { useEffect, useState } from 'preact/hooks'
import type { Challenge, LoginAnswer } from '../../../packages/client/src/client.ts'
import { ChallengeStep } from '../challenge/challenge-step.tsx'
import { client } from '../client.ts'
import { AccountName } from '../form/account-name.tsx'
import { Form } from '../form/form.tsx'
import { PasswordField } from '../form/password-field.tsx'
import { given } from '../form/rules.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { challengeWords } from '../words/challenges.ts'
import { reauthentication } from './reauthentication.ts'
import { useActiveSession } from './use-session.ts'

export function ReauthenticationDialog() {
  const [isAsked, setIsAsked] = useState(false)
  useEffect(() => reauthentication.subscribe(() => setIsAsked(reauthentication.isAsked)), [])
  const email = useActiveSession()?.user.email
  return isAsked && email ? <Question email={email} /> : null
}

const rules = { password: given('Enter your password.') }

function Question({ email }: { email: string }) {
  const [challenge, setChallenge] = useState<Challenge>()
  // A step after the password takes its place, and the focus with it.
  useEffect(() => {
    if (challenge) document.querySelector<HTMLElement>('dialog [data-arrival]')?.focus()
  }, [challenge])
  const cancel = () => reauthentication.answer(false)
  const onAnswer = (answer: LoginAnswer) => {
    if (answer.status === 'challenge') setChallenge(answer.challenge)
    else reauthentication.answer(true)
  }
  const cancelButton = (
    <Button tone="quiet" onClick={cancel}>
      Cancel
    </Button>
  )
  return (
    <Dialog title="Is it you?" onCancel={cancel}>
      <p>
        {challenge
          ? challengeWords(challenge).lead
          : 'You logged in some time ago. Enter your password to continue.'}
      </p>
      {challenge ? (
        <ChallengeStep
          challenge={challenge}
          email={email}
          onAnswer={onAnswer}
          onExpired={() => setChallenge(undefined)}
          aside={cancelButton}
        />
      ) : (
        <Form
          submit="Continue"
          rules={rules}
          aside={cancelButton}
          onSubmit={async ({ password = '' }) => onAnswer(await client.logIn({ email, password }))}
        >
          <AccountName email={email} />
          <PasswordField isFirst />
        </Form>
      )}
    </Dialog>
  )
}
