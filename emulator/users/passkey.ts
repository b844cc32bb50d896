/** A passkey of a user. */

export interface Passkey {
  /** base64url, as everything that WebAuthn carries in JSON. */
  readonly id: string
  readonly publicKey: Uint8Array<ArrayBuffer>
  counter: number
  readonly transports: readonly string[]
  readonly attachment: string | undefined
  readonly name: string
  /** The relying party at registration: a pool that changes it orphans the passkey. */
  readonly relyingPartyId: string
  readonly createdAt: number
}
