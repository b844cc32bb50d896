/** Bodies that are images: their types, their size, and how one is read off a request. */
import type { Readable } from 'node:stream'
import { AppError } from '../errors.ts'

export const imageTypes = ['image/jpeg', 'image/png', 'image/webp'] as const

/** The contract's 2 MiB. */
export const mostBytes = 2 * 1024 * 1024

/** No picture anybody sends by mistake is larger. */
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
      const errors = [{ field: 'body', message: 'has ended too early', code: 'invalid' as const }]
      reject(new AppError('invalid_request', { errors, reason: 'body_broken_off', cause }))
    })
  })
}

const tooLarge = () =>
  new AppError('payload_too_large', { detail: 'A photo may have 2 MiB at most.' })

export function notAnImage(): AppError {
  return new AppError('unsupported_media_type', {
    detail: 'Send the image itself as image/jpeg, image/png or image/webp.'
  })
}
