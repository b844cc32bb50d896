/** A passkey authenticator in software: ES256, attestation "none", as WebAuthn Level 3 (W3C) lays the bytes out. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface MadePasskey {
  readonly id: string
  /** What `PublicKeyCredential.toJSON()` gives for the registration. */
  readonly credential: Record<string, unknown>
  /** Signs the challenge of a sign-in. `overrides` change what is signed. */
  readonly assert: (challenge: string, overrides?: Partial<Ceremony>) => Record<string, unknown>
}

export interface Ceremony {
  readonly origin: string
  readonly relyingPartyId: string
  readonly isUserVerified: boolean
}

/** Makes a passkey for the challenge of a registration. */
export function makePasskey(challenge: string, ceremony: Ceremony): MadePasskey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(16)
  const key = cborMap([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')]
  ])
  const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key])
  const authData = Buffer.concat([authenticatorData(ceremony, 0x40, 0), attested])
  const attestationObject = cborMap([
    ['fmt', 'none'],
    ['attStmt', new Map<string, never>()],
    ['authData', authData]
  ])
  let counter = 0
  const common = { id: text(id), rawId: text(id), type: 'public-key', clientExtensionResults: {} }
  return {
    id: text(id),
    credential: {
      ...common,
      authenticatorAttachment: 'platform',
      response: {
        clientDataJSON: text(clientData('webauthn.create', challenge, ceremony)),
        attestationObject: text(attestationObject),
        transports: ['internal']
      }
    },
    assert(forChallenge, overrides = {}) {
      counter += 1
      const now = { ...ceremony, ...overrides }
      const data = clientData('webauthn.get', forChallenge, now)
      const authenticator = authenticatorData(now, 0, counter)
      const signed = Buffer.concat([authenticator, createHash('sha256').update(data).digest()])
      return {
        ...common,
        response: {
          clientDataJSON: text(data),
          authenticatorData: text(authenticator),
          signature: text(sign('sha256', signed, privateKey))
        }
      }
    }
  }
}

function clientData(type: string, challenge: string, { origin }: Ceremony): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
}

/** Hash of the relying party, flags (user present 1, verified 4), counter. */
function authenticatorData(ceremony: Ceremony, flags: number, counter: number): Buffer {
  const hash = createHash('sha256').update(ceremony.relyingPartyId).digest()
  const rest = Buffer.alloc(5)
  rest[0] = flags | 1 | (ceremony.isUserVerified ? 4 : 0)
  rest.writeUInt32BE(counter, 1)
  return Buffer.concat([hash, rest])
}

type Item = number | string | Buffer | ReadonlyMap<string, never>

/** CBOR (RFC 8949) of a map of small integers, texts, bytes and an empty map. */
function cborMap(entries: readonly (readonly [number | string, Item])[]): Buffer {
  return Buffer.concat([head(5, entries.length), ...entries.flat().map(cbor)])
}

function cbor(item: Item): Buffer {
  if (typeof item === 'number') return item < 0 ? head(1, -1 - item) : head(0, item)
  if (typeof item === 'string') return Buffer.concat([head(3, item.length), Buffer.from(item)])
  if (Buffer.isBuffer(item)) return Buffer.concat([head(2, item.length), item])
  return head(5, 0)
}

function head(major: number, value: number): Buffer {
  const type = major << 5
  if (value < 24) return Buffer.from([type | value])
  if (value < 256) return Buffer.from([type | 24, value])
  return Buffer.from([type | 25, value >> 8, value & 0xff])
}

const text = (bytes: Buffer): string => bytes.toString('base64url')
