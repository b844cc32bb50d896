import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { createDirectoryStore } from '../../src/photo/directory-store.ts'

const owner = 'a'.repeat(32)
const name = `${owner}/${'b'.repeat(32)}.webp`
const photo = { bytes: Buffer.from('not really a picture'), type: 'image/webp', extension: 'webp' }
const publicUrl = 'http://localhost:3000/photos'

test('a photo is put, and deleted', async t => {
  const directory = join(t.testdir(), 'made', 'by', 'the', 'store')
  const store = await createDirectoryStore({ directory, publicUrl })
  await store.put(name, photo)
  await store.put(name, photo)
  t.same(readdirSync(join(directory, owner)), [`${'b'.repeat(32)}.webp`], 'no drafts are left')
  t.same(readFileSync(join(directory, name)), photo.bytes)
  t.equal(store.urlOf(name), `${publicUrl}/${name}`)
  t.equal(store.nameOf(store.urlOf(name)), name)
  t.equal(store.nameOf(`${publicUrl}/../${name}`), undefined)
  await store.remove(name)
  await t.resolves(store.remove(name), 'what is gone counts as removed')
  t.same(readdirSync(join(directory, owner)), [])
})

test('a disk that fails is an upstream_error', async t => {
  const directory = t.testdir()
  const store = await createDirectoryStore({ directory, publicUrl })
  writeFileSync(join(directory, owner), 'a file where a folder has to be')
  await t.rejects(store.put(name, photo), { code: 'upstream_error', reason: 'photo_store' })
})

/** Stores a photo in a process whose files may not grow beyond 512 or 1024 bytes, as on a disk that is full. */
const putOnFullDisk = (directory: string) =>
  // Without tap's own hooks, which write larger files when the process ends.
  spawnSync(
    'sh',
    ['-c', `unset NODE_OPTIONS; ulimit -f 1; exec "${process.execPath}" --input-type=module -`],
    {
      encoding: 'utf8',
      input: `
      import { createDirectoryStore } from '${new URL('../../src/photo/directory-store.js', import.meta.url)}'
      const directory = ${JSON.stringify(directory)}
      const store = await createDirectoryStore({ directory, publicUrl: 'http://localhost/photos' })
      const photo = { bytes: Buffer.alloc(100_000), type: 'image/webp' }
      await store.put('a/b.webp', photo).catch(error => console.log(error.code, error.cause.code))
    `
    }
  )

test('a full disk keeps no half-written file', t => {
  const directory = t.testdir()
  const { stdout, stderr } = putOnFullDisk(directory)
  t.equal(stdout, 'upstream_error EFBIG\n', stderr)
  t.same(readdirSync(join(directory, 'a')), [])
  t.end()
})
