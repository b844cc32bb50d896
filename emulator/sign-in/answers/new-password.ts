/** NEW_PASSWORD_REQUIRED: the user's own password, and attributes that are still missing. */

import { refusal } from '../../errors.ts'
import { checkWritable } from '../../users/attributes.ts'
import { checkNewPassword, setPassword } from '../../users/passwords.ts'
import { afterNewPassword } from '../complete.ts'
import { needed } from '../parameters.ts'
import { expectStep } from '../sessions.ts'
import type { Answer } from './answer.ts'

const prefix = 'userAttributes.'

export const answerNewPassword: Answer = (pool, { user, open, responses }) => {
  expectStep(open, 'new-password')
  const password = needed(responses, 'NEW_PASSWORD')
  const given = Object.entries(responses)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, Value]) => ({ Name: name.slice(prefix.length), Value }))
  checkWritable(given)
  if (given.some(({ Name }) => Name === 'email')) throw refusal('attributeFixed', 'email')
  for (const name of pool.settings.requiredAttributes) {
    if (user.attributes.has(name)) continue
    if (given.some(({ Name, Value }) => Name === name && Value !== '')) continue
    throw refusal('attributeSchema', `${name}: The attribute is required`)
  }
  checkNewPassword(pool, user, password)
  setPassword(pool, user, password, 'CONFIRMED')
  const pairs = given.map(({ Name, Value }) => [Name, Value] as const)
  pool.users.write(user, pairs, pool.clock.now())
  return afterNewPassword(pool, user)
}
