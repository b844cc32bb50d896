/** GetTokensFromRefreshToken: new tokens, with or without rotation. */

import { refusal } from '../errors.ts'
import { clientIdField, clientSecret, token } from '../input/fields.ts'
import { optional } from '../input/shape.ts'
import { refresh } from '../sign-in/by-refresh-token.ts'
import { checkClient, isClientSecret } from '../sign-in/client.ts'
import { operation } from './operation.ts'

const fields = {
  RefreshToken: token,
  ClientId: clientIdField,
  ClientSecret: optional(clientSecret)
}

export const getTokensFromRefreshToken = operation(fields, (pool, input) => {
  checkClient(input.ClientId)
  if (!isClientSecret(pool, input.ClientSecret)) {
    const kind = input.ClientSecret === undefined ? 'secretMissing' : 'secretWrong'
    throw refusal(kind, input.ClientId)
  }
  return { AuthenticationResult: refresh(pool, input.RefreshToken) }
})
