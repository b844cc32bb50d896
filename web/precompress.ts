/** Vite plugin: puts a .br and a .gz beside each text file of the page, so that nobody compresses at run time. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
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
      const names = await readdir(folder, { recursive: true })
      await Promise.all(names.filter(isText).map(name => compress(join(folder, name))))
    }
  }
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file)
  await writeFile(`${file}.br`, await asBrotli(content))
  await writeFile(`${file}.gz`, await asGzip(content, { level: 9 }))
}
