/** Turns an upload into a photo: decoded within bounds, upright, small, and nothing left but its pixels. */
import sharp from 'sharp'
import type { PreparePhoto, Upload } from '../auth/photo.ts'
import { AppError, type FieldCode } from '../errors.ts'

const side = 512

/**
 * A 24-megapixel camera's pictures pass. Decoded, 25 million pixels take 100 MB, which a file of a few
 * kilobytes can ask for (a decompression bomb).
 */
const mostPixels = 25_000_000
const longestSeconds = 10

/**
 * Each takes memory, and a thread of the pool that DNS and files need as well (four by default). The waiting
 * hold 2 MiB each; the last of them waits a second or two where all are as large as they may be.
 */
const decode = inTurn({ atOnce: 2, waiting: 16 })

// Every upload is different, so nothing is worth keeping; and one thread is plenty for one picture.
sharp.cache(false)
sharp.concurrency(1)
// libvips reads much more than three formats (SVG, PDF, TIFF ...): their parsers are never to be reached.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer']
})

/**
 * Photos are WebP whatever came in: it keeps the transparency of a PNG, is smaller than JPEG, and every
 * browser since 2020 shows it. Of an animation the first frame stays. Re-encoding drops EXIF (places,
 * devices), comments, profiles (colours are converted to sRGB) and whatever else hid in the file.
 *
 * @throws AppError `invalid_request` naming the field `photo`; `service_unavailable` where too many wait
 */
export const preparePhoto: PreparePhoto = async (upload, owner) => {
  checkType(upload)
  return decode({ owner, signal: upload.signal }, async () => {
    try {
      // 'error': truncated files fail, the odd markers that some phones write do not.
      const bytes = await sharp(upload.bytes, { limitInputPixels: mostPixels, failOn: 'error' })
        .timeout({ seconds: longestSeconds })
        .autoOrient()
        .resize(side, side, { fit: 'inside', withoutEnlargement: true })
        .webp({ quality: 82 })
        .toBuffer()
      return { bytes, type: 'image/webp', extension: 'webp' }
    } catch (cause) {
      throw unreadable(cause)
    }
  })
}

function checkType({ bytes, type }: Upload): void {
  const found = sniff(bytes)
  if (found === undefined) throw refused('must be a JPEG, PNG or WebP image', 'wrong_format')
  if (found !== type) throw refused(`is ${found}, but was sent as another type`, 'wrong_format')
}

/** The type by the first bytes (WHATWG MIME Sniffing 6.1), never by what a client says. */
function sniff(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1', 0, 16)
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  return /^RIFF.{4}WEBPVP/s.test(text) ? 'image/webp' : undefined
}

function unreadable(cause: unknown): AppError {
  const tooLarge = cause instanceof Error && cause.message.includes('pixel limit')
  if (tooLarge) return refused('must not have more than 25 million pixels', 'too_large', cause)
  return refused('is damaged', 'invalid', cause)
}

function refused(message: string, code: FieldCode, cause?: unknown): AppError {
  const errors = [{ field: 'photo', message, code }]
  return new AppError('invalid_request', { errors, reason: 'photo_refused', cause })
}

// Lets only so many things happen at once, and one for each owner; a few more wait in the order they came.

export interface Places {
  readonly atOnce: number
  /** Whoever would wait behind them is turned away. */
  readonly waiting: number
}

export interface Turn {
  /** At most one of an owner runs, and at most one waits: nobody fills all places alone. */
  readonly owner: string
  /** Aborted when nobody wants it any more: what still waits is not begun. */
  readonly signal: AbortSignal
}

/**
 * Answers a function that runs `work`, or runs it later, and settles as it does.
 * It throws `service_unavailable` where there is no place, and `invalid_request` for what was given up.
 */
export function inTurn(places: Places) {
  const running = new Set<string>()
  const waiting: { readonly owner: string; readonly go: () => void }[] = []

  async function begin({ owner, signal }: Turn): Promise<void> {
    if (signal.aborted) throw givenUp()
    if (running.size < places.atOnce && !running.has(owner)) {
      running.add(owner)
      return
    }
    const isWaiting = waiting.some(other => other.owner === owner)
    if (isWaiting || waiting.length >= places.waiting) {
      const reason = isWaiting ? 'owner_is_waiting' : 'too_many_wait'
      throw new AppError('service_unavailable', { reason })
    }
    await new Promise<void>((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const place = { owner, go }
      const leave = () => {
        waiting.splice(waiting.indexOf(place), 1)
        reject(givenUp())
      }
      waiting.push(place)
      signal.addEventListener('abort', leave)
    })
  }

  /** The place is handed on at once: a newcomer cannot slip in between. */
  function end(owner: string): void {
    running.delete(owner)
    // An end lets in one at most: whoever else waits, waits for a place or for an owner's other work.
    const at = waiting.findIndex(other => !running.has(other.owner))
    const [next] = at === -1 ? [] : waiting.splice(at, 1)
    if (!next) return
    running.add(next.owner)
    next.go()
  }

  return async <T>(turn: Turn, work: () => Promise<T>): Promise<T> => {
    await begin(turn)
    try {
      return await work()
    } finally {
      end(turn.owner)
    }
  }
}

const givenUp = () => {
  const errors = [{ field: 'request', message: 'was aborted', code: 'invalid' as const }]
  return new AppError('invalid_request', { errors, reason: 'caller_hung_up' })
}
