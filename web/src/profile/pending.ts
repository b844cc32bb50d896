/** Addresses that wait for the code which proves them. */
import type { Body, Delivery, Verification } from '../../../packages/client/src/client.ts'

export type Attribute = Body<'/auth/profile/verification', 'post'>['attribute']

export interface Pending {
  readonly attribute: Attribute
  readonly delivery: Delivery
}

export const attributeNames: Readonly<Record<Attribute, string>> = {
  email: 'email address',
  phoneNumber: 'phone number'
}

/** Of what a change has brought about, that which this page can go on with. */
export function pendingOf(verification: readonly Verification[]): Pending[] {
  return verification.flatMap(({ attribute, delivery }) =>
    attribute === 'email' || attribute === 'phoneNumber' ? [{ attribute, delivery }] : []
  )
}
