/** The form for one challenge; used by the login and wherever a login is asked for again. */
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import {
  type Challenge,
  type ChallengeAnswer,
  type LoginAnswer,
  ProblemError
} from '../../../packages/client/src/client.ts'
import { client } from '../client.ts'
import { ChoiceStep } from './choice-step.tsx'
import { CodeStep } from './code-step.tsx'
import { PasswordStep } from './password-step.tsx'
import { SetupStep } from './setup-step.tsx'
import type { StepProps } from './step-props.ts'

interface ChallengeStepProps {
  challenge: Challenge
  /** For the outbox of local runs. */
  email: string | undefined
  onAnswer(answer: LoginAnswer): void
  onExpired(): void
  aside?: ComponentChildren
}

const steps: Readonly<Record<Challenge['name'], (props: StepProps) => ComponentChildren>> = {
  SOFTWARE_TOKEN_MFA: CodeStep,
  SMS_MFA: CodeStep,
  EMAIL_OTP: CodeStep,
  SELECT_MFA_TYPE: ChoiceStep,
  NEW_PASSWORD_REQUIRED: PasswordStep,
  MFA_SETUP: SetupStep
}

export function ChallengeStep(props: ChallengeStepProps) {
  const { challenge, email, onAnswer, onExpired, aside } = props
  useExpiry(challenge.expiresAt, onExpired)
  // A newer service may have other steps than this page.
  const Step: (typeof steps)[Challenge['name']] | undefined = steps[challenge.name]
  if (!Step) return <>{aside}</>

  async function answer(body: Omit<ChallengeAnswer, 'name'>) {
    try {
      onAnswer(await client.answerChallenge({ name: challenge.name, ...body }))
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'challenge_expired') throw error
      onExpired()
    }
  }
  return (
    <Step challenge={challenge} email={email} aside={aside} answer={answer} onExpired={onExpired} />
  )
}

/** Nobody is left to type a code that cannot work any more. */
function useExpiry(expiresAt: string, onExpired: () => void): void {
  // Once for each challenge, whatever else changes.
  useEffect(() => {
    const left = Date.parse(expiresAt) - client.now()
    const timer = setTimeout(onExpired, Math.max(left, 0) + 2000)
    return () => clearTimeout(timer)
  }, [expiresAt])
}
