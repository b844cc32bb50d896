/** DeleteWebAuthnCredential: forgets a passkey. */

import { refusal } from '../errors.ts'
import { token } from '../input/fields.ts'
import { text } from '../input/shape.ts'
import { userOf } from '../tokens/access-token.ts'
import { operation } from './operation.ts'

const fields = { AccessToken: token, CredentialId: text({ min: 1 }) }

export const deleteWebAuthnCredential = operation(fields, (pool, input) => {
  const user = userOf(pool, input.AccessToken)
  const at = user.passkeys.findIndex(({ id }) => id === input.CredentialId)
  if (at < 0) throw refusal('passkeyUnknown')
  user.passkeys.splice(at, 1)
  return {}
})
