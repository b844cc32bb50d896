/** Which paths may cross the proxy. */
import { AppError } from '../../errors.ts'

/** Segments of letters that need no second look, and no empty one: most paths. */
const plain = /^(?:\/[\w~-][\w.~-]*)+\/?$/

/**
 * The path below `prefix`, and the query as it came. No dot segments however encoded or followed by
 * parameters, no empty ones, no backslashes, control characters or fragments: anything else would let a
 * client step out of the configured base (OWASP SSRF).
 * @throws AppError `invalid_request`
 */
export function upstreamPath(url: string, prefix: string): string {
  const end = url.indexOf('?')
  const path = end === -1 ? url : url.slice(0, end)
  if (!path.startsWith(`${prefix}/`)) throw unsound()
  if (plain.test(path)) return url.slice(prefix.length)
  const decoded = decode(path)
  if (decoded === undefined || /[\\#\p{Cc}]|\/\/|\/\.{1,2}(?:[/;]|$)/u.test(decoded))
    throw unsound()
  // Encodes what has no place in a path; of a sound one nothing else changes.
  const { pathname } = new URL(`http://upstream${path.slice(prefix.length)}`)
  return end === -1 ? pathname : pathname + url.slice(end)
}

const unsound = () =>
  new AppError('invalid_request', { detail: 'The address is not a valid URL path.' })

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
