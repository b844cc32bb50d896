/** Translates Cognito's names for a person's data into the service's. */
import type {
  AttributeType,
  CodeDeliveryDetailsType
} from '@aws-sdk/client-cognito-identity-provider'
import type { ChallengeIssued, User, UserAttributes } from '../auth/identity-provider.ts'
import { AppError, type Delivery } from '../errors.ts'

/**
 * The User in the claims of a verified ID token.
 *
 * @throws AppError `upstream_error` where `sub` or `email` is missing: the app client may not read it.
 */
export function userFromClaims(claims: Readonly<Record<string, unknown>>): User {
  const phoneNumber = text(claims.phone_number)
  const givenName = text(claims.given_name)
  const groups = claims['cognito:groups']
  return {
    sub: required(claims, 'sub'),
    email: required(claims, 'email'),
    emailVerified: isTrue(claims.email_verified),
    ...(givenName === undefined ? {} : { givenName }),
    ...(phoneNumber === undefined
      ? {}
      : { phoneNumber, phoneNumberVerified: isTrue(claims.phone_number_verified) }),
    groups: Array.isArray(groups) ? groups.filter(group => typeof group === 'string') : []
  }
}

/**
 * GetUser's list of pairs as a record.
 *
 * @throws AppError `upstream_error` for what is no pair of texts
 */
export function attributesFromList(list: readonly AttributeType[]): UserAttributes {
  return Object.fromEntries(
    list.map(pair => {
      const { Name, Value = '' } = requireObject(pair, 'user_incomplete')
      if (typeof Value !== 'string') throw unusable('user_incomplete')
      return [requireText(Name, 'user_incomplete'), Value] as const
    })
  )
}

/** The other way round. An empty value deletes the attribute. */
export function listFromAttributes(attributes: UserAttributes): AttributeType[] {
  return Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
}

function required(claims: Readonly<Record<string, unknown>>, name: string): string {
  const value = text(claims[name])
  if (value === undefined) {
    throw unusable(`id_token_without_${name}`)
  }
  return value
}

/** A boolean in the ID token, but the text `true` where a trigger has written it. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

// Where Cognito says that a code went.

/** Undefined where nothing was sent: the pool does not verify by itself. */
export function readDelivery(details: CodeDeliveryDetailsType | undefined): Delivery | undefined {
  return toDelivery(details?.DeliveryMedium, details?.Destination)
}

/** The destination as Cognito masks it, `a***@e***`. */
export function toDelivery(medium?: string, destination?: string): Delivery | undefined {
  if (!isText(destination) || (medium !== 'EMAIL' && medium !== 'SMS')) return undefined
  return { medium, destination }
}

// Reads the ChallengeParameters of a challenge into the domain's words.

type Parameters = Readonly<Record<string, string>>
type Words = Pick<ChallengeIssued, 'delivery' | 'choices' | 'requiredAttributes'>

/** Before each name in requiredAttributes, and before each attribute of the answer. */
export const attributePrefix = 'userAttributes.'

export function readParameters(parameters: Parameters): Words {
  const { CODE_DELIVERY_DELIVERY_MEDIUM: medium, CODE_DELIVERY_DESTINATION: to } = parameters
  const delivery = toDelivery(medium, to)
  const choices = readList(parameters.MFAS_CAN_CHOOSE ?? parameters.MFAS_CAN_SETUP)
  const required = readList(parameters.requiredAttributes)?.map(name =>
    name.startsWith(attributePrefix) ? name.slice(attributePrefix.length) : name
  )
  return {
    ...(delivery === undefined ? {} : { delivery }),
    ...(choices === undefined ? {} : { choices }),
    ...(required === undefined ? {} : { requiredAttributes: required })
  }
}

/** Lists travel as JSON in a string. What is not one is left out: the challenge can be shown without. */
function readList(json: string | undefined): string[] | undefined {
  if (json === undefined) return undefined
  try {
    const list: unknown = JSON.parse(json)
    return Array.isArray(list) ? list.filter(item => typeof item === 'string') : undefined
  } catch {
    return undefined
  }
}

// Reads members of Cognito's answers. The SDK's types say what AWS promises; a firewall, a proxy or another
// program at the endpoint may send anything. What is missing or of another type is an `upstream_error`.

/** @param reason for the log: what was expected */
export function unusable(reason: string): AppError {
  return new AppError('upstream_error', { reason })
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** @throws AppError `upstream_error` where it is no text, or an empty one */
export function requireText(value: unknown, reason: string): string {
  if (isText(value)) return value
  throw unusable(reason)
}

/** @throws AppError `upstream_error` where it is no list */
export function requireList<Item>(value: readonly Item[] | undefined, reason: string) {
  if (Array.isArray(value)) return value as readonly Item[] // items are checked by the caller
  throw unusable(reason)
}

/** @throws AppError `upstream_error` where it is no object */
export function requireObject<Value extends object>(
  value: Value | undefined,
  reason: string
): Value {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw unusable(reason)
}
