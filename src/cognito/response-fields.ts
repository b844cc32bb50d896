/** Checks the fields of Cognito's responses, and translates them into the domain's types. */
import type {
  AttributeType,
  CodeDeliveryDetailsType
} from '@aws-sdk/client-cognito-identity-provider'
import type { CognitoChallenge, User, UserAttributes } from '../auth/identity-provider.ts'
import { AppError, type Delivery } from '../errors.ts'

/**
 * The user that the claims of a verified ID token describe.
 *
 * @throws AppError `upstream_error` without `sub` or `email`: the app client has no permission to read it.
 */
export function userFromClaims(claims: Readonly<Record<string, unknown>>): User {
  const phoneNumber = stringOrUndefined(claims.phone_number)
  const givenName = stringOrUndefined(claims.given_name)
  const groups = claims['cognito:groups']
  return {
    sub: requireClaim(claims, 'sub'),
    email: requireClaim(claims, 'email'),
    emailVerified: isTrue(claims.email_verified),
    ...(givenName === undefined ? {} : { givenName }),
    ...(phoneNumber === undefined
      ? {}
      : { phoneNumber, phoneNumberVerified: isTrue(claims.phone_number_verified) }),
    groups: Array.isArray(groups) ? groups.filter(group => typeof group === 'string') : []
  }
}

/**
 * The list of name and value pairs of GetUser as a record.
 *
 * @throws AppError `upstream_error` for an element that is not a pair of strings.
 */
export function attributesFromList(list: readonly AttributeType[]): UserAttributes {
  return Object.fromEntries(
    list.map(pair => {
      const { Name, Value = '' } = requireObject(pair, 'user_incomplete')
      if (typeof Value !== 'string') throw unusableResponse('user_incomplete')
      return [requireString(Name, 'user_incomplete'), Value] as const
    })
  )
}

/** The inverse of `attributesFromList`. An empty value deletes the attribute. */
export function listFromAttributes(attributes: UserAttributes): AttributeType[] {
  return Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
}

function requireClaim(claims: Readonly<Record<string, unknown>>, name: string): string {
  const value = stringOrUndefined(claims[name])
  if (value === undefined) {
    throw unusableResponse(`id_token_without_${name}`)
  }
  return value
}

/** Cognito writes a boolean into the ID token; a trigger may have written the string `true`. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}

function stringOrUndefined(value: unknown): string | undefined {
  return isNonEmptyString(value) ? value : undefined
}

/** Where a code was sent; undefined where none was sent, because the pool does not verify automatically. */
export function readDelivery(details: CodeDeliveryDetailsType | undefined): Delivery | undefined {
  return deliveryFrom(details?.DeliveryMedium, details?.Destination)
}

/** @param destination as Cognito masks it: `a***@e***`, `+*******9934`. */
export function deliveryFrom(medium?: string, destination?: string): Delivery | undefined {
  if (!isNonEmptyString(destination) || (medium !== 'EMAIL' && medium !== 'SMS')) return undefined
  return { medium, destination }
}

type ChallengeParameters = Readonly<Record<string, string>>
type ChallengeDetails = Pick<CognitoChallenge, 'delivery' | 'choices' | 'requiredAttributes'>

/** Prefix of each name in `requiredAttributes`, and of each attribute of the challenge response. */
export const attributePrefix = 'userAttributes.'

/** The domain's view of the ChallengeParameters of a challenge. */
export function readChallengeParameters(parameters: ChallengeParameters): ChallengeDetails {
  const { CODE_DELIVERY_DELIVERY_MEDIUM: medium, CODE_DELIVERY_DESTINATION: destination } =
    parameters
  const delivery = deliveryFrom(medium, destination)
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

/** Cognito sends lists as JSON in a string. Anything else is ignored: the challenge can be shown without. */
function readList(json: string | undefined): string[] | undefined {
  if (json === undefined) return undefined
  try {
    const list: unknown = JSON.parse(json)
    return Array.isArray(list) ? list.filter(item => typeof item === 'string') : undefined
  } catch {
    return undefined
  }
}

/**
 * The error for a response with a missing field, or one of another type. The SDK's types say what AWS promises; a
 * firewall, a proxy or another program at the endpoint may send anything.
 *
 * @param reason for the log: what was expected.
 */
export function unusableResponse(reason: string): AppError {
  return new AppError('upstream_error', { reason })
}

export function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** @throws AppError `upstream_error` where it is not a string, or empty. */
export function requireString(value: unknown, reason: string): string {
  if (isNonEmptyString(value)) return value
  throw unusableResponse(reason)
}

/** @throws AppError `upstream_error` where it is not a list. */
export function requireList<Item>(value: readonly Item[] | undefined, reason: string) {
  if (Array.isArray(value)) return value as readonly Item[] // the caller checks the items
  throw unusableResponse(reason)
}

/** @throws AppError `upstream_error` where it is not an object. */
export function requireObject<Value extends object>(
  value: Value | undefined,
  reason: string
): Value {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw unusableResponse(reason)
}

/**
 * Checks the status of VerifySoftwareToken.
 * @throws AppError `code_mismatch` for a wrong code, `upstream_error` for an unknown status.
 */
export function requireTotpVerified(status: unknown): void {
  if (status === 'SUCCESS') return
  if (status === 'ERROR') throw new AppError('code_mismatch', { reason: 'wrong_code' })
  throw unusableResponse('totp_incomplete')
}
