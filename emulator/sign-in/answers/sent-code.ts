/** SMS_MFA and EMAIL_OTP: a code that was sent. */

import { timingSafeEqual } from 'node:crypto'
import { refusal } from '../../errors.ts'
import { enableFactor } from '../../users/factors.ts'
import { afterFactor } from '../complete.ts'
import { needed } from '../parameters.ts'
import { expectStep } from '../sessions.ts'
import { type Answer, judgeCode } from './answer.ts'

export function answerSentCode(factor: 'SMS_MFA' | 'EMAIL_OTP'): Answer {
  return (pool, { user, open, responses }) => {
    const sent = expectStep(open, 'sent-code')
    if (sent.factor !== factor) throw refusal('sessionInvalid')
    const given = Buffer.from(needed(responses, `${factor}_CODE`))
    const expected = Buffer.from(sent.code)
    const isRight = given.length === expected.length && timingSafeEqual(given, expected)
    judgeCode(pool, user, isRight, 'smsCodeMismatch')
    if (sent.enrols) enableFactor(user.factors, factor)
    return afterFactor(pool, user)
  }
}
