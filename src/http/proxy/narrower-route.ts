/** Calls that an API could take for those of another route, with other rules. */
import { AppError } from '../../errors.ts'

/** Which paths have routes of their own. */
export interface RoutePaths {
  /**
   * @param url path and query as they were encoded
   * @param own the path of the route that serves it
   * @throws AppError `invalid_request` for a path that, read leniently, is that of another route: encoded slashes,
   * capital letters, parameters (`;x`). The rules of that route (groups, age of the login) would not be kept.
   */
  refuseOthers(url: string, own: string): void
}

export function routePaths(paths: readonly string[]): RoutePaths {
  const longestFirst = paths.map(path => path.toLowerCase()).sort((a, b) => b.length - a.length)
  const routeOf = (path: string) =>
    longestFirst.find(one => path === one || path.startsWith(`${one}/`))
  // With one route there is nothing to get round.
  if (paths.length < 2) return { refuseOthers: () => undefined }
  return {
    refuseOthers(url, own) {
      const [path = ''] = url.split('?', 1)
      if (routeOf(leniently(path)) === own.toLowerCase()) return
      const detail = 'The path is ambiguous. Write it without encoded slashes.'
      throw new AppError('invalid_request', { detail })
    }
  }
}

/** As the most forgiving server would read it. */
function leniently(path: string): string {
  let text = path
  for (let before = ''; before !== text; ) {
    before = text
    text = text.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16))
    )
  }
  return text
    .replace(/;[^/\\]*/g, '')
    .replace(/[\\/]+/g, '/')
    .toLowerCase()
}
