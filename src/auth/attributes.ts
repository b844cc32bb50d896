/** The user attributes under this service's names, and Cognito's names for them (OpenID Connect Core 5.1). */
import type { UserAttributes } from './identity-provider.ts'

/** A postal address. */
export interface Address {
  readonly streetAddress: string | null
  readonly region: string | null
  readonly country: string | null
  readonly postalCode: string | null
}

export interface Profile {
  readonly sub: string
  readonly email: string | null
  readonly emailVerified: boolean
  readonly givenName: string | null
  readonly phoneNumber: string | null
  readonly phoneNumberVerified: boolean
  readonly gender: string | null
  readonly address: Address | null
  readonly picture: string | null
}

/** The attributes that a user may change; null deletes one. */
export interface ProfileChange {
  readonly email?: string
  readonly givenName?: string | null
  readonly phoneNumber?: string | null
  readonly gender?: string | null
  readonly address?: Partial<Address> | null
  readonly picture?: string | null
}

const cognitoNames = {
  email: 'email',
  givenName: 'given_name',
  phoneNumber: 'phone_number',
  gender: 'gender',
  address: 'address',
  picture: 'picture'
} as const

const ourNames = new Map<string, string>(
  Object.entries(cognitoNames).map(([ours, cognitos]) => [cognitos, ours])
)

/** This service's name for an attribute of Cognito's; Cognito's own where it has none (`custom:x`). */
export const ourName = (attribute: string): string => ourNames.get(attribute) ?? attribute

/** Cognito's name for an attribute of this service; other names are returned unchanged. */
export const cognitoName = (name: string): string =>
  new Map<string, string>(Object.entries(cognitoNames)).get(name) ?? name

/** The profile in Cognito's attributes; those that are not set are null. */
export function profileOf(attributes: UserAttributes): Profile {
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

/**
 * A change in Cognito's terms: the attributes to set, and those to delete.
 * @param before the current claim `address`, where the change has an address
 */
export function attributesOf(
  change: ProfileChange,
  before?: string
): { set: UserAttributes; clear: string[] } {
  const set: Record<string, string> = {}
  const clear: string[] = []
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) continue
    if (value === null) clear.push(cognitoName(name))
    else set[cognitoName(name)] = typeof value === 'string' ? value : addressClaim(value, before)
  }
  return { set, clear }
}

/**
 * The claim `address`, a JSON object (OpenID Connect Core 5.1.1). Members that this service does not show, such as
 * `locality`, stay. `formatted` is deleted, because it would still contain the old address.
 */
function addressClaim(address: Partial<Address>, before: string | undefined): string {
  const { streetAddress, region, country, postalCode } = address
  const claim = { street_address: streetAddress, region, country, postal_code: postalCode }
  const all = { ...(before && parseObject(before)), ...claim, formatted: undefined }
  return JSON.stringify(Object.fromEntries(Object.entries(all).filter(([, value]) => value)))
}

/** The address in the claim. Other programs may have written plain text instead of JSON. */
function addressOf(value: string | undefined): Address | null {
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
