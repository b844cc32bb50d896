/** What happens in which order, where something fails that no real bucket or pool fails on demand. */
import { test } from 'tap'
import { profileOf } from '../../src/auth/attributes.ts'
import { createPhotos, type PhotoStore } from '../../src/auth/photo.ts'
import type { Profiles } from '../../src/auth/profile.ts'
import type { Authenticated } from '../../src/auth/session.ts'
import { AppError } from '../../src/errors.ts'

const sub = '0a1b2c3d-0000-4000-8000-000000000001'
const session = { data: { user: { sub } } } as Authenticated // all that the photos look at

/** Ports in memory that note every step, with steps that fail on demand. */
function world() {
  const steps: string[] = []
  const events: { event: string; object?: string | undefined }[] = []
  const failing = new Map<string, () => void>()
  const kept = new Set<string>()
  const state = { picture: null as string | null }
  const step = (title: string) => {
    steps.push(title)
    failing.get(title)?.()
  }
  const store: PhotoStore = {
    async put(name) {
      step('put')
      kept.add(name)
    },
    async remove(name) {
      step('remove')
      kept.delete(name)
    },
    urlOf: name => `https://photos.example.com/${name}`,
    nameOf: url => url.split('https://photos.example.com/')[1]
  }
  const profiles: Pick<Profiles, 'read' | 'change'> = {
    async read() {
      step('read')
      return { ...profileOf({ sub }), picture: state.picture }
    },
    async change(_token, _session, { picture = null }) {
      step('change')
      state.picture = picture
      step('changed')
      return { profile: profileOf({ sub }), verification: [] }
    }
  }
  const photos = createPhotos({
    prepare: async ({ bytes }) => ({ bytes, type: 'image/webp', extension: 'webp' }),
    store,
    profiles,
    report: (event, { object }) => void events.push({ event, object })
  })
  const put = (content: string) =>
    photos.replace('token', session, {
      bytes: Buffer.from(content),
      type: 'image/webp',
      signal: new AbortController().signal
    })
  const fail = (title: string, code: 'cognito_unavailable' | 'upstream_error') =>
    failing.set(title, () => {
      throw new AppError(code)
    })
  return { photos, put, fail, failing, steps, events, kept, state }
}

test('the profile changes after the photo is there, and the old one goes last', async t => {
  const { put, steps, kept, state } = world()
  const first = await put('first')
  t.same(steps.splice(0), ['read', 'put', 'change', 'changed'])
  const second = await put('second')
  t.same(steps, ['read', 'put', 'change', 'changed', 'remove'])
  t.not(first, second)
  t.equal(state.picture, second)
  t.equal(kept.size, 1)
})

test('the name tells neither the user nor anything else, and follows the content', async t => {
  const { put, kept } = world()
  await put('first')
  t.match([...kept][0], /^[0-9a-f]{32}\/[0-9a-f]{32}\.webp$/)
  const before = [...kept]
  await put('first')
  t.same([...kept], before, 'the same content stays where it is')
})

test('a bucket that fails changes nothing', async t => {
  const { put, fail, steps, state } = world()
  fail('put', 'upstream_error')
  await t.rejects(put('first'), { code: 'upstream_error' })
  t.same(steps, ['read', 'put'])
  t.equal(state.picture, null)
})

test('a change that is refused takes the new photo away again', async t => {
  const { put, fail, kept, state } = world()
  fail('change', 'cognito_unavailable')
  await t.rejects(put('first'), { code: 'cognito_unavailable' })
  t.equal(kept.size, 0)
  t.equal(state.picture, null)
})

test('a change that arrived although its answer did not is a success', async t => {
  const { put, fail, kept, state } = world()
  fail('changed', 'cognito_unavailable')
  const picture = await put('first')
  t.equal(state.picture, picture)
  t.equal(kept.size, 1)
})

test('a photo that may be in use is left, and reported', async t => {
  const { put, fail, failing, kept, state, events } = world()
  failing.set('changed', () => {
    fail('read', 'cognito_unavailable')
    throw new AppError('cognito_unavailable')
  })
  await t.rejects(put('first'), { code: 'cognito_unavailable' })
  t.equal(kept.size, 1)
  t.ok(state.picture?.endsWith([...kept][0] ?? '-'), 'it was in use')
  t.match(events, [{ event: 'photo.left', object: [...kept][0] }])
})

test('an old photo that cannot be deleted is reported; the new one counts', async t => {
  const { put, fail, kept, state, events } = world()
  await put('first')
  const [old] = kept
  fail('remove', 'upstream_error')
  t.equal(await put('second'), state.picture)
  t.match(events, [{ event: 'photo.changed' }, {}, { event: 'photo.left', object: old }])
})

test('removing deletes the photo before the profile forgets its name', async t => {
  const { photos, put, fail, failing, steps, kept, state } = world()
  await put('first')
  const before = state.picture
  steps.length = 0
  fail('remove', 'upstream_error')
  await t.rejects(photos.remove('token', session), { code: 'upstream_error' })
  t.same(steps.splice(0), ['read', 'remove'])
  t.equal(state.picture, before, 'so that it can be tried again')
  failing.clear()
  await photos.remove('token', session)
  t.same(steps.splice(0), ['read', 'remove', 'change', 'changed'])
  t.same([kept.size, state.picture], [0, null])
  await photos.remove('token', session)
  t.same(steps, ['read'], 'nothing to remove is no work')
})

test('a picture that is not this user’s photo is forgotten, not deleted', async t => {
  const { photos, steps, state } = world()
  for (const picture of [
    'https://elsewhere.example.com/cat.png',
    `https://photos.example.com/${'f'.repeat(32)}/${'f'.repeat(32)}.webp`
  ]) {
    state.picture = picture
    t.equal(await photos.nameOfCurrent('token', sub), undefined)
    steps.length = 0
    await photos.remove('token', session)
    t.same(steps, ['read', 'change', 'changed'])
    t.equal(state.picture, null)
  }
})
