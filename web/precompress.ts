/** Vite plugin: puts a .br and a .gz beside each text file of the page, so that nobody compresses at run time. */
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const asBrotli = promisify(brotliCompress)
const asGzip = promisify(gzip)

/** Fonts and photos are compressed already. */
const isText = (name: string) => /\.(js|css|html|svg)$/.test(name)

export function precompress(): Plugin {
  let folder = ''
  return {
    name: 'precompress',
    apply: 'build',
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir)
    },
    // Only now are the files of public/ there, too.
    async closeBundle() {
      const names = (await readdir(folder, { recursive: true })).filter(isText)
      const isIndex = (name: string) => name === 'index.html'
      await Promise.all(
        names.filter(name => !isIndex(name)).map(name => compress(join(folder, name)))
      )
      // Last: what it names is complete by then.
      await Promise.all(names.filter(isIndex).map(name => compress(join(folder, name))))
    }
  }
}

/** At once: a service may be sending the file that was there. */
async function replace(file: string, content: Buffer): Promise<void> {
  await writeFile(`${file}.new`, content)
  await rename(`${file}.new`, file)
}

async function compress(file: string): Promise<void> {
  const packed = await stat(`${file}.gz`).catch(() => undefined)
  // Of an earlier build: as it was, so that it grows old.
  if (packed && packed.mtimeMs > (await stat(file)).mtimeMs) return
  const content = await readFile(file)
  await replace(`${file}.br`, await asBrotli(content))
  await replace(`${file}.gz`, await asGzip(content, { level: 9 }))
}
