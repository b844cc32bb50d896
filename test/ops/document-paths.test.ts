/** The files and folders that the documents name in code exist. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { test } from 'tap'
import { readSources, root } from '../repo/sources.ts'
import { readDocuments } from './markdown.ts'

const folders = 'src|plugins|routes|reference|emulator|packages|web|bench|scripts|test|deploy|docs'
const pathForm = new RegExp(`\`((?:(?:${folders})/)[\\w./*-]*|[\\w-]+\\.tsx?)\``, 'g')

/** Paths from the root (`src/a/b.ts`, `src/a`), tests by id (`routes/login`) and source files by name alone. */
const pathsIn = (text: string) => [...text.matchAll(pathForm)].map(([, path = '']) => path)

const sourceNames = new Set(readSources().map(({ path }) => basename(path)))

/** Whether a folder has a file by this name, in which `*` stands for anything. */
function hasLike(path: string): boolean {
  const folder = join(root, dirname(path))
  const [before = '', after = ''] = basename(path).split('*')
  return (
    existsSync(folder) &&
    readdirSync(folder).some(name => name.startsWith(before) && name.endsWith(after))
  )
}

function isThere(path: string): boolean {
  if (path.includes('*')) return hasLike(path)
  const spellings = [path, `test/${path}.ts`, `test/${path}.test.ts`]
  return sourceNames.has(path) || spellings.some(one => existsSync(join(root, one)))
}

const missingIn = (text: string) => pathsIn(text).filter(path => !isThere(path))

test('files and folders that the documents name exist', async t => {
  const documents = readDocuments()
  t.ok(documents.flatMap(({ text }) => pathsIn(text)).length > 100)
  for (const { path, text } of documents) t.same(missingIn(text), [], path)
})

test('the check of paths sees files and folders that are missing', async t => {
  const there = '`src/app.ts` `src/auth` `routes/login` `app.ts` `test/routes/api*` `index.html`'
  t.same(missingIn(there), [])
  const gone = ['src/nowhere.ts', 'src/nowhere', 'routes/nowhere', 'nowhere.ts', 'src/nowhere/*.ts']
  t.same(missingIn(gone.map(path => `\`${path}\``).join(' ')), gone)
})
