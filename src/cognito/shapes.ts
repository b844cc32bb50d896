/** Translates Cognito's names for a person's data into the service's. */

import type { AttributeType } from '@aws-sdk/client-cognito-identity-provider'
import type { UserAttributes } from '../auth/account-ports.ts'
import type { User } from '../auth/identity-provider.ts'
import { requireObject, requireText, unusable } from './members.ts'

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
