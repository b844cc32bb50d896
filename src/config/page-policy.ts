/** PAGE_CSP: sources that a page of one's own adds to its content security policy. */
import type { Complain } from './environment.ts'

/** Sources to add, by directive: `{ 'img-src': ['https://images.example.com'] }`. */
export type PageSources = Readonly<Record<string, readonly string[]>>

/** What a page may need more of. Where it may be framed and what its base is stay as they are. */
const directives = [
  ...['script-src', 'style-src', 'style-src-elem', 'style-src-attr', 'img-src', 'font-src'],
  ...['connect-src', 'media-src', 'worker-src', 'manifest-src', 'frame-src', 'form-action']
]

const hash = /^'sha(256|384|512)-[A-Za-z0-9+/_-]+={0,2}'$/
const scheme = /^(https|wss|data|blob|mediastream):$/
const host =
  /^((https?|wss?):\/\/)?(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:(\d{1,5}|\*))?(\/[\w.~%!$&+=:@/-]*)?$/i

/**
 * Reads `directive source source; directive source`, as a policy is written (CSP 3).
 * Reports what is unknown, and what would give up the protection against injected scripts.
 */
export function parsePageSources(
  value: string,
  production: boolean,
  complain: Complain
): PageSources {
  const found: Record<string, readonly string[]> = {}
  for (const part of value.split(';')) {
    const [name = '', ...sources] = part.trim().split(/\s+/)
    const directive = name.toLowerCase()
    if (directive === '') continue
    if (!directives.includes(directive)) {
      complain('PAGE_CSP', `can add to ${directives.join(', ')}, and to nothing else`)
      continue
    }
    if (sources.length === 0) complain('PAGE_CSP', `names no source for ${directive}`)
    for (const source of sources) {
      const problem = problemWith(directive, source, production)
      if (problem) complain('PAGE_CSP', `${problem} (in ${directive})`)
    }
    found[directive] = [...(found[directive] ?? []), ...sources]
  }
  return found
}

/** What is wrong with a source, as the end of a sentence that begins with PAGE_CSP. */
function problemWith(directive: string, source: string, production: boolean): string | undefined {
  const isScript = directive === 'script-src' || directive === 'worker-src'
  if (/^'nonce-/.test(source))
    return 'must not hold a nonce, which is new in each answer: use a hash'
  if (source === "'unsafe-inline'" && directive.startsWith('style-src')) return undefined
  if (/^'unsafe-/.test(source)) return `must not allow ${source}: name a hash or a host`
  if (source === '*') return 'must not allow every host'
  if (source === "'self'" || hash.test(source)) return undefined
  if (source === "'wasm-unsafe-eval'" && isScript) return undefined
  if (scheme.test(source)) {
    const isCode = isScript && source !== 'blob:'
    return isCode ? `must not allow scripts from all of ${source}` : undefined
  }
  if (!host.test(source)) return 'must hold hosts, schemes such as blob: and hashes in quotes'
  const isPlain = /^(http|ws):/i.test(source)
  return isPlain && production ? 'must name https and wss alone in production' : undefined
}
