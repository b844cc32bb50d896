/** InitiateAuth: the beginning of a sign-in, or a refresh. */

import { refusal } from '../errors.ts'
import { clientIdField, parameters } from '../input/fields.ts'
import { optional, text } from '../input/shape.ts'
import { beginChoice } from '../sign-in/by-choice.ts'
import { signInByPassword } from '../sign-in/by-password.ts'
import { signInByRefreshToken } from '../sign-in/by-refresh-token.ts'
import { beginSrp } from '../sign-in/by-srp.ts'
import { checkClient } from '../sign-in/client.ts'
import { operation } from './operation.ts'

const flows = [
  ...['USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN', 'CUSTOM_AUTH'],
  ...['ADMIN_NO_SRP_AUTH', 'USER_PASSWORD_AUTH', 'ADMIN_USER_PASSWORD_AUTH', 'USER_AUTH']
]

const fields = {
  AuthFlow: text({ oneOf: flows }),
  ClientId: clientIdField,
  AuthParameters: optional(parameters)
}

export const initiateAuth = operation(fields, (pool, input) => {
  checkClient(input.ClientId)
  const given = input.AuthParameters ?? {}
  switch (input.AuthFlow) {
    case 'USER_SRP_AUTH':
      return beginSrp(pool, input.ClientId, given)
    case 'USER_PASSWORD_AUTH':
      return signInByPassword(pool, input.ClientId, given)
    case 'USER_AUTH':
      return beginChoice(pool, input.ClientId, given)
    case 'REFRESH_TOKEN':
    case 'REFRESH_TOKEN_AUTH':
      return signInByRefreshToken(pool, input.ClientId, given)
    default:
      throw refusal('flowUnknown')
  }
})
