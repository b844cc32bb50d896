/** ListWebAuthnCredentials: a user's passkeys, a page at a time. */

import { refusal } from '../errors.ts'
import { token } from '../input/fields.ts'
import { number, optional, text } from '../input/shape.ts'
import { userOf } from '../tokens/access-token.ts'
import { operation } from './operation.ts'

const fields = {
  AccessToken: token,
  MaxResults: optional(number({ min: 0, max: 20 })),
  NextToken: optional(text({ min: 1, max: 131_072 }))
}

export const listWebAuthnCredentials = operation(fields, (pool, input) => {
  const { passkeys } = userOf(pool, input.AccessToken)
  const from = input.NextToken === undefined ? 0 : Number(input.NextToken)
  if (!Number.isInteger(from) || from < 0) throw refusal('validation', 'Invalid NextToken')
  const to = from + (input.MaxResults || 20)
  const Credentials = passkeys.slice(from, to).map(passkey => ({
    CredentialId: passkey.id,
    FriendlyCredentialName: passkey.name,
    RelyingPartyId: passkey.relyingPartyId,
    ...(passkey.attachment && { AuthenticatorAttachment: passkey.attachment }),
    AuthenticatorTransports: passkey.transports,
    CreatedAt: passkey.createdAt / 1000
  }))
  return { Credentials, ...(to < passkeys.length && { NextToken: String(to) }) }
})
