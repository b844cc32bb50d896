/** Turns an upload into a photo: decodes it within limits, rotates and resizes it, and drops all metadata. */
import sharp from 'sharp'
import type { PreparePhoto, Upload } from '../auth/photo.ts'
import { AppError, type FieldCode } from '../errors.ts'

const maxSide = 512 // pixels

/**
 * Enough for a camera of 24 megapixels. Decoded, 25 million pixels take 100 MB, even from a file of a few
 * kilobytes (a decompression bomb).
 */
const maxPixels = 25_000_000
const maxSeconds = 10

/**
 * Each decoding takes memory, and a thread of libuv's pool, which DNS and files need as well (four by default). Each
 * queued upload holds 2 MiB; with images of the largest size, the last waits a second or two.
 */
const limitDecoding = keyedConcurrencyLimiter({ maxRunning: 2, maxQueued: 16 })

// Every upload is different: caching would not help. One thread is enough for an image of this size.
sharp.cache(false)
sharp.concurrency(1)
// libvips reads many more formats (SVG, PDF, TIFF ...): an upload must not reach their parsers.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer']
})

/**
 * Photos are always WebP: it keeps the transparency of a PNG, is smaller than JPEG, and every
 * browser since 2020 shows it. Of an animation only the first frame is kept. Re-encoding drops EXIF (location,
 * device), comments, profiles (colours are converted to sRGB) and all other content of the file.
 *
 * @throws AppError `invalid_request` naming the field `photo`; `service_unavailable` where the queue is full
 */
export const preparePhoto: PreparePhoto = async (upload, owner) => {
  checkType(upload)
  return limitDecoding({ key: owner, signal: upload.signal }, async () => {
    try {
      // 'error': truncated files fail; invalid markers that some phones write do not.
      const bytes = await sharp(upload.bytes, { limitInputPixels: maxPixels, failOn: 'error' })
        .timeout({ seconds: maxSeconds })
        .autoOrient()
        .resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
        .webp({ quality: 82 })
        .toBuffer()
      return { bytes, type: 'image/webp', extension: 'webp' }
    } catch (cause) {
      throw decodingError(cause)
    }
  })
}

function checkType({ bytes, type }: Upload): void {
  const found = typeOfBytes(bytes)
  if (found === undefined) throw invalidPhoto('must be a JPEG, PNG or WebP image', 'wrong_format')
  if (found !== type)
    throw invalidPhoto(`is ${found}, but was sent as another type`, 'wrong_format')
}

/** The type by the first bytes (WHATWG MIME Sniffing 6.1), whatever the content type of the request. */
function typeOfBytes(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1', 0, 16)
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  return /^RIFF.{4}WEBPVP/s.test(text) ? 'image/webp' : undefined
}

function decodingError(cause: unknown): AppError {
  const tooLarge = cause instanceof Error && cause.message.includes('pixel limit')
  if (tooLarge) return invalidPhoto('must not have more than 25 million pixels', 'too_large', cause)
  return invalidPhoto('is damaged', 'invalid', cause)
}

function invalidPhoto(message: string, code: FieldCode, cause?: unknown): AppError {
  const errors = [{ field: 'photo', message, code }]
  return new AppError('invalid_request', { errors, reason: 'photo_refused', cause })
}

export interface ConcurrencyLimits {
  readonly maxRunning: number
  /** Further work is refused. */
  readonly maxQueued: number
}

export interface LimitedWork {
  /** At most one piece of work for a key runs, and at most one waits: no user fills the queue alone. */
  readonly key: string
  /** Aborted when its caller has gone: work that still waits is not started. */
  readonly signal: AbortSignal
}

/**
 * Returns a function that runs `work` when the limits allow it, in the order of the calls, and settles as it does.
 * That function throws AppError `service_unavailable` where the queue is full, and `invalid_request` for work that
 * was aborted before it started.
 */
export function keyedConcurrencyLimiter({ maxRunning, maxQueued }: ConcurrencyLimits) {
  const runningKeys = new Set<string>()
  const queue: { readonly key: string; readonly start: () => void }[] = []

  async function acquire({ key, signal }: LimitedWork): Promise<void> {
    if (signal.aborted) throw aborted()
    if (runningKeys.size < maxRunning && !runningKeys.has(key)) {
      runningKeys.add(key)
      return
    }
    const isKeyQueued = queue.some(entry => entry.key === key)
    if (isKeyQueued || queue.length >= maxQueued) {
      const reason = isKeyQueued ? 'owner_is_waiting' : 'too_many_wait'
      throw new AppError('service_unavailable', { reason })
    }
    await new Promise<void>((resolve, reject) => {
      const start = () => {
        signal.removeEventListener('abort', leaveQueue)
        resolve()
      }
      const entry = { key, start }
      const leaveQueue = () => {
        queue.splice(queue.indexOf(entry), 1)
        reject(aborted())
      }
      queue.push(entry)
      signal.addEventListener('abort', leaveQueue)
    })
  }

  /** Starts the next work in the same turn: no new call can overtake the queue. */
  function release(key: string): void {
    runningKeys.delete(key)
    // One at most: all others wait for a free slot, or for the running work of their key.
    const next = queue.findIndex(entry => !runningKeys.has(entry.key))
    const [entry] = next === -1 ? [] : queue.splice(next, 1)
    if (!entry) return
    runningKeys.add(entry.key)
    entry.start()
  }

  return async <T>(limited: LimitedWork, work: () => Promise<T>): Promise<T> => {
    await acquire(limited)
    try {
      return await work()
    } finally {
      release(limited.key)
    }
  }
}

const aborted = () => {
  const errors = [{ field: 'request', message: 'was broken off', code: 'invalid' as const }]
  return new AppError('invalid_request', { errors, reason: 'caller_hung_up' })
}
