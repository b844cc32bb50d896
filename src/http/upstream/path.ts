/** Which paths may cross the proxy. */
import { AppError } from '../../errors.ts'

/** Segments of letters that need no second look, and no empty one: most paths. */
const plain = /^(?:\/[\w~-][\w.~-]*)+\/?$/

/** All that ASCII has besides these can be seen. */
const controls = /[^ -~\u0080-\uffff]/
const dotSegment = /[\\/]\.{1,2}(?:[\\/;]|$)/

/** More levels of encoding than this only hide what a path is. */
const mostEncodings = 5

/**
 * The path below `prefix` (empty for that itself) as it was encoded, and the query as it came. No dot segments, however (often) encoded
 * or followed by parameters; no empty ones, backslashes or fragments as such: anything else would let a client
 * step out of the configured base (OWASP SSRF). No control characters either.
 * @throws AppError `invalid_request`
 */
export function upstreamPath(url: string, prefix: string): string {
  if (url.includes('#')) throw unsound()
  const end = url.indexOf('?')
  const path = end === -1 ? url : url.slice(0, end)
  if (path === prefix) return url.slice(prefix.length)
  if (!path.startsWith(`${prefix}/`)) throw unsound()
  if (plain.test(path)) return url.slice(prefix.length)
  if (/\\|\/\//.test(path) || !isUtf8(path) || climbs(path)) throw unsound()
  // Encodes what has no place in a path; of a sound one nothing else changes.
  const { pathname } = new URL(`http://upstream${path.slice(prefix.length)}`)
  return end === -1 ? pathname : pathname + url.slice(end)
}

const unsound = () =>
  new AppError('invalid_request', {
    detail: 'The address is not a valid URL path.',
    errors: [{ field: 'path', message: 'must be a valid URL path', code: 'wrong_format' }]
  })

/** Whether some reader of the path, decoding it once or more, would find a dot segment or a control character. */
function climbs(path: string): boolean {
  let text = path
  for (let encodings = 0; encodings <= mostEncodings; encodings += 1) {
    if (controls.test(text) || dotSegment.test(text)) return true
    const decoded = decode(text)
    if (decoded === text) return false
    text = decoded
  }
  return true
}

/** Byte by byte: what matters is ASCII, and a part that is not UTF-8 must not hide the rest. */
const decode = (text: string) =>
  text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

function isUtf8(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
