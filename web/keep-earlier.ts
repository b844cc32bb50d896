/** Vite plugin: a build keeps the assets of earlier ones, which tabs that are open and other instances still ask for. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Plugin } from 'vite'

const keptMs = 30 * 24 * 60 * 60_000

/** Deletes files of assets/ that no build of the last 30 days has written. Needs `emptyOutDir: false`. */
export function keepEarlier(): Plugin {
  let folder = ''
  return {
    name: 'keep-earlier',
    apply: 'build',
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir, build.assetsDir)
    },
    // Before `closeBundle`, in which the others read what is left.
    async writeBundle() {
      const names = await readdir(folder)
      await Promise.all(names.map(name => deleteOld(join(folder, name))))
    }
  }
}

async function deleteOld(file: string): Promise<void> {
  const { mtimeMs } = await stat(file)
  if (Date.now() - mtimeMs > keptMs) await rm(file, { recursive: true })
}
