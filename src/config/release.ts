/** Which build this is: for the log, `/healthz` and a metric. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Release {
  readonly version: string
  /** Commit of the sources; `unknown` where it is not set. */
  readonly commit: string
}

/** The project's folder, seen from the compiled file in dist/src/config. */
const root = new URL('../../../', import.meta.url)

/** @param revision `REVISION`, which the image sets; a working copy says its commit by itself. */
export function releaseOf(revision: string | undefined): Release {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
  return { version: String(version), commit: revision ?? commitOf(root) ?? 'unknown' }
}

/** Reads what Git keeps in files, so that none has to be installed. */
function commitOf(folder: URL): string | undefined {
  const read = (path: string) => {
    const file = fileURLToPath(new URL(`.git/${path}`, folder))
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined
  }
  try {
    const head = read('HEAD')?.trim() ?? ''
    const ref = /^ref: (\S+)$/.exec(head)?.[1]
    if (ref === undefined) return /^[0-9a-f]{40}$/.test(head) ? head : undefined
    const packed = read('packed-refs')?.match(new RegExp(`^([0-9a-f]{40}) ${ref}$`, 'm'))?.[1]
    return read(ref)?.trim() ?? packed
  } catch {
    // A worktree has a file in place of the folder, and the start does not need the commit.
    return undefined
  }
}
