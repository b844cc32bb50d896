/** The keys that seal sessions in local runs: made once, so that sessions outlive a restart. */
import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes `file` with one key of 32 random bytes in base64, readable by its owner only, if it is not there. */
export function ensureSessionKeys(file) {
  if (existsSync(file)) return
  mkdirSync(dirname(file), { recursive: true })
  // Written aside and linked: of several instances started at once all must see the same, whole file.
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
  try {
    linkSync(draft, file)
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
}
