/** What a JSON body may be before any schema looks at it: of a bounded size, and without a prototype's name. */

import type { Readable } from 'node:stream'
import { cognitoName } from '../auth/attributes.ts'
import { AppError, type FieldError } from '../errors.ts'

/**
 * Fields and items, at every depth. The largest body of a call is a challenge with 50 attributes. AJV looks at
 * all that was sent and makes an error of each flaw: 64 KiB have room for 30,000.
 */
export const mostValues = 100

/** Why a parsed body is refused, whatever the call; null where it may go on to the schema. */
export function objectionTo(body: unknown): AppError | null {
  let values = 0
  for (const { path, value } of valuesOf(body)) {
    values += 1
    if (values > mostValues) {
      return refused({
        field: 'body',
        message: `must not contain more than ${mostValues} values`,
        code: 'too_many'
      })
    }
    if (isPrototype(path.at(-1), value)) {
      return refused({
        field: fieldOf(path),
        message: 'is not a known field',
        code: 'unknown_field'
      })
    }
  }
  return null
}

/** The name of a field in an answer: dotted, and no longer than a person would read. */
export const fieldOf = (path: readonly string[]): string => path.join('.').slice(0, 100)

interface Placed {
  readonly path: readonly string[]
  readonly value: unknown
}

/** Everything inside, one by one: a caller that stops iterating stops the work. `Object.entries` would pair all of it first. */
function* valuesOf(inside: unknown, above: readonly string[] = []): Generator<Placed> {
  if (typeof inside !== 'object' || inside === null) return
  for (const key of Object.keys(inside)) {
    const value: unknown = Reflect.get(inside, key)
    const path = [...above, key]
    yield { path, value }
    yield* valuesOf(value, path)
  }
}

/** What would change the prototype of an object that a body is copied into carelessly. */
function isPrototype(key: string | undefined, value: unknown): boolean {
  if (key === '__proto__') return true
  if (key !== 'constructor' || typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, 'prototype')
}

function refused(error: FieldError): AppError {
  return new AppError('invalid_request', { errors: [error], reason: 'body_refused' })
}

// Bodies that are images: their types, their size, and how one is read off a request.

export const imageTypes = ['image/jpeg', 'image/png', 'image/webp'] as const

/** The contract's 2 MiB. */
export const mostBytes = 2 * 1024 * 1024

/** Larger than any picture that a user sends by mistake. */
const mostPatience = 64 * 1024 * 1024

/**
 * Reads a whole image. Of one that is too large the rest is read and thrown away: a connection closed on a
 * client that is still sending is an error of the network to it, and it never sees the 413.
 *
 * @throws AppError `payload_too_large`; `invalid_request` where the client breaks off
 */
export function readImage(payload: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    payload.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= mostBytes) chunks.push(chunk)
      else chunks.length = 0
      if (size > mostPatience) {
        reject(tooLarge())
        payload.destroy()
      }
    })
    payload.on('end', () => {
      if (size <= mostBytes) resolve(Buffer.concat(chunks))
      else reject(tooLarge())
    })
    payload.on('error', cause => {
      const errors = [{ field: 'body', message: 'ended too early', code: 'invalid' as const }]
      reject(new AppError('invalid_request', { errors, reason: 'body_broken_off', cause }))
    })
  })
}

const tooLarge = () =>
  new AppError('payload_too_large', { detail: 'A photo can be 2 MiB at most.' })

export function notAnImage(): AppError {
  return new AppError('unsupported_media_type', {
    detail: 'Send the image itself as image/jpeg, image/png or image/webp.'
  })
}

/** Attributes of a body, under Cognito's names. */
export function withCognitoNames(attributes: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [cognitoName(name), value])
  )
}
