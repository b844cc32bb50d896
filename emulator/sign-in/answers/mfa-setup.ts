/** MFA_SETUP: a first factor was set up on the way, or is to be: an e-mail address. */

import { refusal } from '../../errors.ts'
import { isEmail } from '../../users/attributes.ts'
import { adoptTotp, enableFactor } from '../../users/factors.ts'
import { askSentCode } from '../ask.ts'
import { afterFactor } from '../complete.ts'
import type { Answer } from './answer.ts'

/** With the session of VerifySoftwareToken, or with the first one and an address. */
export const answerMfaSetup: Answer = (pool, { user, open, responses }) => {
  const { step } = open
  if (step.kind === 'setup-finish') {
    adoptTotp(user.factors, step.secret)
    enableFactor(user.factors, 'SOFTWARE_TOKEN_MFA')
    return afterFactor(pool, user)
  }
  if (step.kind !== 'setup' && step.kind !== 'setup-verify') throw refusal('sessionInvalid')
  if (responses.EMAIL === undefined) throw refusal('totpMissing')
  if (!isEmail(responses.EMAIL)) throw refusal('emailFormat')
  return askSentCode(pool, user, 'EMAIL_OTP', responses.EMAIL)
}
