/** Cognito's attributes as the contract's Profile: what is not set is null. */
import type { Static } from '@sinclair/typebox'
import type { UserAttributes } from '../auth/ports.ts'
import type { Profile } from './schemas.ts'

export function profileView(attributes: UserAttributes): Static<typeof Profile> {
  return {
    sub: attributes.sub ?? '',
    email: attributes.email ?? null,
    emailVerified: attributes.email_verified === 'true',
    givenName: attributes.given_name ?? null,
    phoneNumber: attributes.phone_number ?? null,
    phoneNumberVerified: attributes.phone_number_verified === 'true',
    gender: attributes.gender ?? null,
    address: addressOf(attributes.address),
    picture: attributes.picture ?? null
  }
}

/** `address` is the JSON object of OpenID Connect Core 5.1.1; other programs may have written plain text. */
function addressOf(value: string | undefined): Static<typeof Profile>['address'] {
  if (!value) return null
  const claim = parseObject(value) ?? { street_address: value }
  const part = (name: string) => {
    const text = claim[name]
    return typeof text === 'string' && text !== '' ? text : null
  }
  return {
    streetAddress: part('street_address'),
    region: part('region'),
    country: part('country'),
    postalCode: part('postal_code')
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
