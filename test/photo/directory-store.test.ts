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
