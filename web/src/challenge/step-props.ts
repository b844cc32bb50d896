/** What each form of a challenge is given. */
import type { ComponentChildren } from 'preact'
import type { Challenge, ChallengeAnswer } from '../../../packages/client/src/client.ts'

export interface StepProps {
  challenge: Challenge
  email: string | undefined
  aside: ComponentChildren
  answer(body: Omit<ChallengeAnswer, 'name'>): Promise<void>
  onExpired(): void
}
