/** Where Cognito says that a code went. */

import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider'
import type { Delivery } from '../errors.ts'
import { isText } from './members.ts'

/** Undefined where nothing was sent: the pool does not verify by itself. */
export function readDelivery(details: CodeDeliveryDetailsType | undefined): Delivery | undefined {
  return toDelivery(details?.DeliveryMedium, details?.Destination)
}

/** The destination as Cognito masks it, `a***@e***`. */
export function toDelivery(medium?: string, destination?: string): Delivery | undefined {
  if (!isText(destination) || (medium !== 'EMAIL' && medium !== 'SMS')) return undefined
  return { medium, destination }
}
