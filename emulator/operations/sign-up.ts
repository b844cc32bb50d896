/** SignUp: a new, unconfirmed account. */

import { sendCode, signUpChannel } from '../codes/delivery.ts'
import { refusal } from '../errors.ts'
import { attributes, clientIdField, password, secretHash, username } from '../input/fields.ts'
import { optional } from '../input/shape.ts'
import type { Pool } from '../pool.ts'
import { checkClientHash } from '../sign-in/client.ts'
import { trigger } from '../triggers.ts'
import { type Attribute, checkSignInName, checkWritable, toPairs } from '../users/attributes.ts'
import { checkPolicy } from '../users/password-policy.ts'
import { makeUser } from '../users/user.ts'
import { operation } from './operation.ts'

const fields = {
  ClientId: clientIdField,
  Username: username,
  Password: password,
  SecretHash: optional(secretHash),
  UserAttributes: optional(attributes)
}

export const signUp = operation(fields, (pool, input) => {
  const given = input.UserAttributes ?? []
  checkClientHash(pool, input.ClientId, input.Username, input.SecretHash)
  if (pool.settings.adminCreateUserOnly) throw refusal('signUpForbidden')
  checkSignInName(input.Username, given)
  checkWritable(given)
  checkRequired(pool, given)
  const { signUpChecksFirst, preSignUpRuns } = pool.settings
  if (preSignUpRuns === 'first') trigger(pool, 'PreSignUp', input.Username)
  if (signUpChecksFirst === 'password') checkPolicy(input.Password)
  // PreventUserExistenceErrors does not change this answer.
  if (pool.users.find(input.Username) !== undefined) throw refusal('usernameExists')
  if (signUpChecksFirst === 'existence') checkPolicy(input.Password)
  if (preSignUpRuns === 'last') trigger(pool, 'PreSignUp', input.Username)
  const user = makeUser({
    password: input.Password,
    status: pool.settings.autoConfirm ? 'CONFIRMED' : 'UNCONFIRMED',
    attributes: [['email', input.Username], ...toPairs(given), ['email_verified', 'false']],
    now: pool.clock.now()
  })
  pool.users.add(user)
  if (pool.settings.autoConfirm) return { UserConfirmed: true, UserSub: user.sub }
  const channel = signUpChannel(pool, user)
  const delivery = channel && { CodeDeliveryDetails: sendCode(pool, user, 'sign-up', channel) }
  return { UserConfirmed: false, UserSub: user.sub, ...delivery }
})

/** The address itself comes with the username. */
function checkRequired({ settings }: Pool, given: readonly Attribute[]): void {
  for (const name of settings.requiredAttributes) {
    if (name === 'email' || given.some(({ Name, Value }) => Name === name && Value !== '')) continue
    throw refusal('attributeSchema', `${name}: The attribute is required`)
  }
}
