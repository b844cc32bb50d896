/** What is built of the page and of its client: sizes, types, and nothing that a strict CSP refuses. */
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { test } from 'tap'
import { build } from 'vite'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const run = promisify(execFile)
const gzipped = (code: string | Buffer) => gzipSync(code, { level: 9 }).length

/** Builds the page into a folder of the test. */
async function buildPage(outDir: string) {
  await build({ root: join(root, 'web'), logLevel: 'error', build: { outDir } })
  const names = await readdir(outDir, { recursive: true })
  const read = (name: string) => readFile(join(outDir, name))
  return { names, read }
}

test('the page weighs less than 32 kB of JavaScript in all, gzipped', async t => {
  const { names, read } = await buildPage(t.testdir())
  const scripts = names.filter(name => name.endsWith('.js'))
  const sizes = await Promise.all(scripts.map(async name => gzipped(await read(name))))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  t.comment(`${total} bytes in ${scripts.length} files`)
  t.ok(scripts.length > 0 && total < 32_000, `${total} bytes`)
})

test('nothing in the page is inline, and every file but index.html and the icon is hashed', async t => {
  const { names, read } = await buildPage(t.testdir())
  const html = (await read('index.html')).toString()
  t.notMatch(html, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:/i)
  t.same(
    names.filter(
      name =>
        /\.\w+$/.test(name) && !/^assets\/.+-[\w-]{8}\.((js|css)(\.(br|gz))?|woff2)$/.test(name)
    ),
    ['icon.svg', 'index.html'].flatMap(name => [name, `${name}.br`, `${name}.gz`])
  )
})

test('no script of the page evaluates text, writes markup or touches storage', async t => {
  const { names, read } = await buildPage(t.testdir())
  const scripts = names.filter(name => name.endsWith('.js'))
  const code = (await Promise.all(scripts.map(read))).join('\n')
  t.notMatch(code, /\beval\(|new Function\(|document\.write|\blocalStorage\b|\bsessionStorage\b/)
})

test('the client weighs less than 5 kB, gzipped', async t => {
  const outDir = t.testdir()
  const entry = join(root, 'packages/client/src/client.ts')
  const lib = { entry, formats: ['iife' as const], name: 'client', fileName: () => 'client.js' }
  await build({ configFile: false, logLevel: 'error', build: { lib, outDir } })
  const size = gzipped(await readFile(join(outDir, 'client.js')))
  t.comment(`${size} bytes`)
  t.ok(size > 0 && size < 5000, `${size} bytes`)
})

for (const project of ['web', 'packages/client', 'packages/client/examples']) {
  test(`the types of ${project} hold`, async t => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const options = ['-p', project, '--noEmit', '--incremental', 'false']
    const said = await run(process.execPath, [tsc, ...options], { cwd: root }).then(
      ({ stdout }) => stdout,
      (error: { stdout: string }) => error.stdout
    )
    t.equal(said, '')
  })
}
