/** Which file of the page a request means, looked up when it is asked for: a build may replace them at any time. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyRequest } from 'fastify'

/**
 * The file below `root` that is at a path of the page, relative to `root`; of a folder its index.html. Undefined
 * where there is none, for names that begin with a dot, and for whatever could lead out of `root`.
 *
 * @param path decoded, without its leading slash
 */
export async function pageFile(root: string, path: string): Promise<string | undefined> {
  const file = path === '' || path.endsWith('/') ? `${path}index.html` : path
  const isPlain = file.split('/').every(name => name !== '' && !/^\.|[\\\0]/.test(name))
  if (!isPlain) return undefined
  const found = await stat(join(root, file)).catch(() => undefined)
  return found?.isFile() ? file : undefined
}

/** A person going to a page, as opposed to a script asking for a file that is not there. */
export function isNavigation({ headers }: FastifyRequest): boolean {
  const mode = headers['sec-fetch-mode']
  if (mode !== undefined) return mode === 'navigate'
  return headers.accept?.includes('text/html') ?? false
}

/** Asked for by a document (Fetch Metadata), not by a call of a script, which can try again by itself. */
const partsOfPages = ['script', 'style', 'font', 'image', 'worker', 'audio', 'video']

export const isPartOfPage = ({ headers }: FastifyRequest): boolean =>
  partsOfPages.includes(String(headers['sec-fetch-dest']))

const attemptParameter = 'attempt'

/** With two instances, each as likely as the other, one file in 4,000 is not found then. */
const mostAttempts = 12

/**
 * Where a missing part of a page is to be asked for once more: at the same path, which a balancer may take to an
 * instance with the build that the document came from. Undefined after the last attempt.
 */
export function nextAttempt(url: string): string | undefined {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const attempt = Number(searchParams.get(attemptParameter) ?? 0)
  // Not a number is a parameter of the page's own of this name.
  if (!(attempt < mostAttempts)) return undefined
  searchParams.set(attemptParameter, String(attempt + 1))
  return `${pathname}?${searchParams}`
}

/**
 * In place of a script that no instance has: its document came from a build that is gone. The document loads
 * itself once more, and gets the build of today. It does so once, and fails as a missing script would after that.
 */
export const reloadOnce = `const [visit] = performance.getEntriesByType('navigation')
if (visit?.type === 'reload') throw new Error('This page belongs to an old build. Reload it.')
location.reload()
`

/** In place of an index that is not there: nothing inline, so that it works under the page's policy. */
export const indexMissing = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="refresh" content="2" />
    <title>One moment</title>
  </head>
  <body>
    <p>The page is being updated. It loads by itself in a moment.</p>
  </body>
</html>
`
