/** SELECT_MFA_TYPE: which of several factors to ask for. */

import { refusal } from '../../errors.ts'
import { askFactor } from '../ask.ts'
import { needed } from '../parameters.ts'
import { expectStep } from '../sessions.ts'
import type { Answer } from './answer.ts'

export const answerSelectMfaType: Answer = (pool, { user, open, responses }) => {
  const { choices } = expectStep(open, 'select')
  const answer = needed(responses, 'ANSWER')
  // The guide prints EMAIL_MFA where the libraries send EMAIL_OTP.
  const chosen = choices.find(choice => choice === answer.replace('EMAIL_MFA', 'EMAIL_OTP'))
  if (chosen === undefined) throw refusal('factorUnknown', answer)
  return askFactor(pool, user, chosen)
}
