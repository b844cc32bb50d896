/** docs/architecture.md against the tree: its list of folders, and the files of its two stories. */
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { test } from 'tap'
import { readSources, root } from '../repo/sources.ts'

const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
const paths = readSources().map(({ path }) => path)
const inService = /^(src|plugins|routes)\//

test('the list of folders names every folder of the service', async t => {
  const [, list = ''] = page.split('## Folders')
  const rows = list.split('```')[0] ?? ''
  const named = [...rows.matchAll(/^\| ([^|]+) \|/gm)]
    .flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)])
    .map(([, folder = '']) => folder)
    .filter(folder => inService.test(`${folder}/`))
  const folders = new Set(paths.filter(path => inService.test(path)).map(path => dirname(path)))
  t.same(named.sort(), [...folders].sort())
})

test('the two stories name files that exist, 41 and 36 at the most', async t => {
  const [, stories = ''] = page.split('## Two calls, file by file')
  const [, first = '', , second = ''] = stories.split('```')
  const names = new Set(paths.map(path => basename(path)))
  for (const [story, most] of [
    [first, 41],
    [second, 36]
  ] as const) {
    const files = new Set(
      [...story.matchAll(/[\w./-]+\.ts\b/g)].map(([file]) => file.replace(/^.*\//, ''))
    )
    t.ok(files.size > 10 && files.size <= most, `${files.size} files`)
    t.same(
      [...files].filter(file => !names.has(file)),
      []
    )
  }
})

test('no three files of src, plugins and routes have the same name', async t => {
  const count = new Map<string, number>()
  for (const path of paths.filter(path => inService.test(path))) {
    count.set(basename(path), (count.get(basename(path)) ?? 0) + 1)
  }
  t.same(
    [...count].filter(([, times]) => times > 2).map(([name]) => name),
    []
  )
})
