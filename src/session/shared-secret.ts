/**
 * The secret behind the names of what is counted and remembered about people. It outlives each step of a rotation
 * of SESSION_KEYS: it lies in Redis, sealed once with each key.
 */

import { hkdfSync } from 'node:crypto'
import type { Clock } from '../auth/identity-provider.ts'
import { AppError } from '../errors.ts'
import { bufferOrNull, integer, type RedisConnection, redisScript } from '../redis/connection.ts'
import { keyRing, type MasterKey, open, seal, sealedWith, sealOverhead } from './crypto.ts'

/** 32 bytes. @throws AppError `store_unavailable`, a `ForeignSecretError` where no key opens the record */
export type Secret = () => Promise<Buffer>

export interface SharedSecretOptions {
  /** Without one, the secret follows from the keys: local runs. */
  readonly redis?: RedisConnection | undefined
  /** Goes before the key. */
  readonly prefix: string
  /** Master keys of 32 bytes, newest first. */
  readonly keys: readonly Buffer[]
  /** In ms. */
  readonly clock?: Clock
}

const length = 32
const copyLength = length + sealOverhead
/** Copies of instances with other keys are kept, up to this number. */
const mostCopies = 16
/** How long an instance relies on what it has read (ms). Then it looks whether another one has written. */
const trustedFor = 60_000
const label = 'shared secret'

/** There is a record of the secret, and none of its copies was sealed with a key of ours. */
export class ForeignSecretError extends AppError {
  /** For the operator: what is wrong, and what they can do. */
  readonly sentence: string

  /** @param key the record's name in Redis */
  constructor(key: string) {
    const sentence =
      `SESSION_KEYS has no key that opens ${key} in Redis: another product uses this REDIS_PREFIX (give each its own), ` +
      'or all keys were changed in one step (add an old one). Where the old keys are lost or must go: ' +
      `stop all instances, delete ${key}, start them again`
    super('store_unavailable', {
      reason: 'foreign_shared_secret',
      cause: new Error(sentence)
    })
    this.sentence = sentence
  }
}

/** KEYS the secret. ARGV the value that was read, the new one. Returns 0 where another instance wrote in between. */
const replace = redisScript(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1`)

/**
 * Secrets that all instances share, another one for each purpose. Instances agree: each shares a key of SESSION_KEYS
 * with one that ran before it under the same prefix, or is refused. One that has read the secret keeps it where another
 * product has replaced the record, and writes nothing there.
 */
export function createSharedSecret(options: SharedSecretOptions): (purpose: string) => Secret {
  const current = options.redis ? storedSecret(options.redis, options) : derivedSecret(options)
  return purpose => async () =>
    Buffer.from(hkdfSync('sha256', await current(), '', purpose, length))
}

/** What the first instance stores. Of the oldest key: instances that store it at the same time agree. */
const firstSecret = (keys: readonly Buffer[]) =>
  Buffer.from(hkdfSync('sha256', keys.at(-1) ?? '', '', label, length))

function derivedSecret({ keys }: SharedSecretOptions): Secret {
  const secret = firstSecret(keys)
  return async () => secret
}

function storedSecret(redis: RedisConnection, options: SharedSecretOptions): Secret {
  const { prefix, keys, clock = Date.now } = options
  const key = `${prefix}secret`
  const masters = keys.map(bytes => keyRing([bytes]).newest)
  let known: Buffer | undefined
  let readAt = 0
  let reading: Promise<Buffer> | undefined

  /** Reads the secret; stores it for those of our keys that have no copy of it. */
  async function read(): Promise<Buffer> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const stored = bufferOrNull(await redis.send(key, 'GET', key)) ?? Buffer.alloc(0)
      const copies = copiesOf(stored)
      const opened = firstOpened(masters, copies)
      if (opened === undefined && stored.length > 0) throw refused()
      const secret = opened ?? known ?? firstSecret(keys)
      const isComplete = masters.every(master => copies.some(copy => holds(master, copy, secret)))
      const wanted = isComplete ? stored : completed(masters, copies, secret)
      const isWritten = isComplete || integer(await redis.run(replace, [key], [stored, wanted]))
      if (isWritten) {
        readAt = clock()
        known = secret
        return secret
      }
    }
    throw new AppError('store_unavailable', { reason: 'shared_secret' })
  }

  function refused(): ForeignSecretError {
    readAt = clock()
    return new ForeignSecretError(key)
  }

  function readOnce(): Promise<Buffer> {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }

  return async () => {
    if (known === undefined) return await readOnce()
    // No caller waits for a second look.
    if (clock() - readAt >= trustedFor) readOnce().catch(() => undefined)
    return known
  }
}

function copiesOf(stored: Buffer): Buffer[] {
  const count = Math.floor(stored.length / copyLength)
  return Array.from({ length: count }, (_, i) =>
    stored.subarray(i * copyLength, (i + 1) * copyLength)
  )
}

const openedWith = (master: MasterKey, copy: Buffer): Buffer | null =>
  sealedWith(copy) === master.id ? open(master.derive('shared-secret', ''), label, copy) : null

/** The oldest copy counts: where instances have disagreed, they come together on it. */
function firstOpened(masters: readonly MasterKey[], copies: readonly Buffer[]): Buffer | undefined {
  for (const copy of copies) {
    for (const master of masters) {
      const secret = openedWith(master, copy)
      if (secret) return secret
    }
  }
  return undefined
}

const holds = (master: MasterKey, copy: Buffer, secret: Buffer) =>
  openedWith(master, copy)?.equals(secret) ?? false

/** A copy for each of our keys in place of those there are, and the copies of other keys. */
function completed(
  masters: readonly MasterKey[],
  copies: readonly Buffer[],
  secret: Buffer
): Buffer {
  const own = masters.map(master =>
    seal(master.derive('shared-secret', ''), master.id, label, secret)
  )
  const others = copies.filter(copy => !masters.some(({ id }) => id === sealedWith(copy)))
  return Buffer.concat([...others.slice(-(mostCopies - own.length)), ...own])
}
