/** SOFTWARE_TOKEN_MFA: a code of the authenticator. */

import { refusal } from '../../errors.ts'
import { matchingSteps } from '../../users/totp.ts'
import { afterFactor } from '../complete.ts'
import { needed } from '../parameters.ts'
import { expectStep } from '../sessions.ts'
import { type Answer, judgeCode } from './answer.ts'

/** A step is accepted once (RFC 6238 section 5.2). */
export const answerSoftwareToken: Answer = (pool, { user, open, responses }) => {
  expectStep(open, 'software-token')
  const code = needed(responses, 'SOFTWARE_TOKEN_MFA_CODE')
  const { totp } = user.factors
  if (totp === undefined) throw refusal('totpMissing')
  const { totpWindowSteps } = pool.settings
  const steps = matchingSteps(totp.secret, code, pool.clock.now(), totpWindowSteps)
  judgeCode(pool, user, steps.length > 0, 'totpMismatch')
  const unused = steps.find(step => step > totp.lastStep)
  if (unused === undefined) throw refusal('totpUsed')
  totp.lastStep = unused
  return afterFactor(pool, user)
}
