/** The documents are true where a test can tell: links lead somewhere, and promises and their tests agree. */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'tap'
import { readSources, root } from '../repo/sources.ts'
import { readComposeFile } from './compose-file.ts'
import { anchorsOf, linksOf, read, readDocuments, rowsOf } from './markdown.ts'

const documents = readDocuments()

const deployFiles = readdirSync(join(root, 'deploy'), { withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(({ name }) => `deploy/${name}`)

test('links in the documents lead to files and headings that exist', async t => {
  t.ok(documents.length > 10)
  for (const { path, text } of documents) {
    for (const target of linksOf(text)) {
      const [file = '', fragment] = target.split('#')
      const full = file === '' ? path : join(dirname(path), file)
      if (!existsSync(join(root, full))) t.fail(`${path}: ${target} does not exist`)
      else if (fragment && full.endsWith('.md')) {
        t.ok(anchorsOf(read(full)).includes(fragment), `${path}: ${target}`)
      }
    }
  }
})

test('the check of links sees files and headings that are missing', async t => {
  const text = [
    '# One (two)',
    '```sh\n# no heading, [no](link)\n```',
    '## `A` of [b](c.md)',
    '## One (two)',
    '<img src="d.png"> `<img src="e.png">` [e](https://example.com) [f]: [g](#h "i")'
  ].join('\n')
  t.same(anchorsOf(text), ['one-two', 'a-of-b', 'one-two-1'])
  t.same(linksOf(text), ['c.md', '#h', 'd.png'])
})

test('documents that the sources name exist', async t => {
  const texts = [
    ...readSources().filter(({ path }) => path !== 'test/ops/documents.test.ts'),
    ...['.env.example', 'docker-compose.yml', 'Dockerfile', ...deployFiles].map(path => ({
      path,
      text: read(path)
    }))
  ]
  const named = texts.flatMap(({ path, text }) =>
    [...text.matchAll(/(?<![\w/.-])(?:docs\/[\w-]+|[A-Z]{4,})\.md\b/g)].map(([file]) => ({
      path,
      file
    }))
  )
  t.ok(named.length > 30)
  for (const { path, file } of named) t.ok(existsSync(join(root, file)), `${path}: ${file}`)
})

test('commands in the documents name services and profiles that exist', async t => {
  const { services } = readComposeFile()
  const profiles = Object.values(services).flatMap(service => service.profiles ?? [])
  const commands = documents.flatMap(({ text }) => text.match(/docker compose .+/g) ?? [])
  t.ok(commands.length > 5)
  for (const command of commands) {
    for (const [, profile = ''] of command.matchAll(/--profile (\w+)/g)) {
      t.ok(profiles.includes(profile), command)
    }
    const words = command.replace(/[#`)].*/, '').replace(/--profile \w+/g, '')
    const [, named = ''] = /\b(?:up|kill|restart|ps)\b([^"]*)/.exec(words) ?? []
    for (const name of named.trim().split(/\s+/).filter(Boolean)) {
      t.ok(name.startsWith('-') || name in services, `${command}: ${name}`)
    }
  }
})

const idForm = /\b[CSXTPAO]-\d\d\b/g

/** All ids a text names, `C-01 to C-05` included. */
function idsIn(text: string): string[] {
  const ranges = [...text.matchAll(/\b([CSXTPAO])-(\d\d) to \1-(\d\d)\b/g)].flatMap(
    ([, letter, from, to]) =>
      Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => {
        return `${letter}-${String(Number(from) + i).padStart(2, '0')}`
      })
  )
  return [...(text.match(idForm) ?? []), ...ranges]
}

const tests = new Map(
  readSources()
    .filter(({ path }) => path.startsWith('test/') && path !== 'test/ops/documents.test.ts')
    .map(({ path, text }) => [path, text])
)

const threatModel = documents.find(({ path }) => path.endsWith('threat-model.md'))?.text ?? ''

const promises = [...threatModel.matchAll(/^\| ([CSXTPAO]-\d\d) \| (.+?) \| (.+) \|$/gm)].map(
  ([, id = '', , proof = '']) => ({ id, proof, isOpen: /\*\*(Not yet|Does not apply)/.test(proof) })
)

/** The tests a proof names, with the titles quoted after each. */
function citations(proof: string) {
  return [...proof.matchAll(/`([\w-]+(?:\/[\w-]+)?)`((?:,? \(“[^”]+”\))*)/g)].map(
    ([, name = '', quotes = '']) => ({
      text: tests.get(`test/${name}.test.ts`) ?? tests.get(`test/${name}.ts`),
      name,
      titles: [...quotes.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title)
    })
  )
}

test('every promise has its row, and every proof that is named proves it', async t => {
  const counts = { C: 11, S: 16, X: 19, T: 12, P: 4, A: 13, O: 8 }
  for (const [letter, count] of Object.entries(counts)) {
    const rows = promises.filter(({ id }) => id.startsWith(letter))
    t.ok(rows.length >= count, `${letter}: none of the first is gone`)
  }
  t.equal(new Set(promises.map(({ id }) => id)).size, promises.length, 'each id has one row')
  for (const { id, proof, isOpen } of promises) {
    const named = citations(proof).filter(({ text }) => text !== undefined)
    if (!isOpen) t.ok(named.length > 0, `${id} names a test`)
    if (isOpen) continue
    for (const { name, text = '', titles } of named) {
      for (const title of titles) t.ok(text.includes(title), `${id}: ${name} says “${title}”`)
      if (titles.length === 0) t.ok(idsIn(text).includes(id), `${id}: ${name} bears the id`)
    }
    for (const { name } of citations(proof).filter(({ text }) => text === undefined)) {
      t.notMatch(name, /\//, `${id}: there is a test ${name}`)
    }
  }
})

test('no promise is called open that a test bears', async t => {
  for (const { id } of promises.filter(({ isOpen }) => isOpen)) {
    const bearing = [...tests].filter(([, text]) => idsIn(text).includes(id)).map(([path]) => path)
    t.same(bearing, [], `name it in the row ${id} of docs/threat-model.md`)
  }
})

test('docs/adding.md names a test or the compiler for each step, and the tests exist', async t => {
  const steps = rowsOf(read('docs/adding.md')).filter(([step = '']) => /^\d/.test(step))
  t.ok(steps.length > 30)
  for (const [step = '', proof = ''] of steps) {
    const named = citations(proof)
    for (const { name, text = '', titles } of named) {
      t.ok(text !== '', `${step} ${name}`)
      for (const title of titles) t.ok(text.includes(title), `${step} ${name} says “${title}”`)
    }
    t.ok(named.length > 0 || /^compiler|^the (same )?test/.test(proof), step)
  }
})
