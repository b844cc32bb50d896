/** SignUp: a new, unconfirmed account. */

import { sendCode, signUpChannel } from '../codes/delivery.ts'
import { refusal } from '../errors.ts'
import { attributes, clientIdField, password, secretHash, username } from '../input/fields.ts'
import { optional } from '../input/shape.ts'
import { checkClientHash } from '../sign-in/client.ts'
import { type Attribute, checkWritable, isEmail, toPairs } from '../users/attributes.ts'
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
  checkEmail(input.Username, given)
  checkWritable(given)
  checkPolicy(input.Password)
  // PreventUserExistenceErrors does not change this answer.
  if (pool.users.find(input.Username) !== undefined) throw refusal('usernameExists')
  const user = makeUser({
    password: input.Password,
    status: 'UNCONFIRMED',
    attributes: [['email', input.Username], ...toPairs(given), ['email_verified', 'false']],
    now: pool.clock.now()
  })
  pool.users.add(user)
  const channel = signUpChannel(pool, user)
  const delivery = channel && { CodeDeliveryDetails: sendCode(pool, user, 'sign-up', channel) }
  return { UserConfirmed: false, UserSub: user.sub, ...delivery }
})

/** The username of this pool is the e-mail address, kept as it was typed. */
function checkEmail(username: string, given: readonly Attribute[]): void {
  if (!isEmail(username)) throw refusal('usernameNotEmail')
  const email = given.find(({ Name }) => Name === 'email')?.Value ?? ''
  const isSame = email.toLowerCase() === username.toLowerCase()
  if (email !== '' && !isSame) throw refusal('emailNotUsername')
}
