/** What a form changes of a profile: only what differs is sent, and what was emptied is cleared. */
import type { Profile, ProfileChange } from '../../../packages/client/src/client.ts'
import type { Values } from '../form/rules.ts'

const addressParts = ['streetAddress', 'postalCode', 'region', 'country'] as const
const plainParts = ['givenName', 'gender'] as const

/** The fields of the form about the person. Undefined where nothing has changed. */
export function aboutChange(profile: Profile, values: Values): ProfileChange | undefined {
  const change: ProfileChange = {}
  for (const name of plainParts) {
    const value = values[name] || null
    if (value !== profile[name]) change[name] = value
  }
  const address = addressOf(values)
  if (addressParts.some(part => address[part] !== (profile.address?.[part] ?? null))) {
    const isEmpty = addressParts.every(part => address[part] === null)
    change.address = isEmpty ? null : address
  }
  return Object.keys(change).length > 0 ? change : undefined
}

/** Email and phone. An email cannot be cleared; a phone can. */
export function contactChange(
  profile: Profile,
  { email, phoneNumber }: { email: string; phoneNumber: string }
): ProfileChange | undefined {
  const change: ProfileChange = {
    ...(email !== profile.email && { email }),
    ...((phoneNumber || null) !== profile.phoneNumber && { phoneNumber: phoneNumber || null })
  }
  return Object.keys(change).length > 0 ? change : undefined
}

function addressOf(values: Values) {
  const part = (name: (typeof addressParts)[number]) => values[name] || null
  return {
    streetAddress: part('streetAddress'),
    postalCode: part('postalCode'),
    region: part('region'),
    country: part('country')
  }
}
