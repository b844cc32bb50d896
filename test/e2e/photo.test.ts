/** The profile photo in a real browser: chosen, shown, made smaller where it is too large, removed. */
import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { test } from 'tap'
import { picture } from '../support/images.ts'
import { noBrowser } from './support/chromium.ts'
import { photoWidth } from './support/in-page.ts'
import type { Person } from './support/person.ts'
import { startStack } from './support/stack.ts'

/** Noise does not compress: a photo of several megabytes. */
const large = (width: number, height: number) =>
  sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()

const choose = (somebody: Person, name: string, mimeType: string, buffer: Buffer) =>
  somebody.page.locator('#photo').setInputFiles({ name, mimeType, buffer })

const shownWidth = async (somebody: Person) => {
  await somebody.part('Photo').locator('img').waitFor()
  return Number(await somebody.page.evaluate(photoWidth))
}

test('photo', { skip: noBrowser }, async t => {
  const { person } = await startStack(t, { PHOTO_DIRECTORY: t.testdir() })
  const dana = await person()
  await dana.comesIn()
  await dana.follow('Profile')
  await dana.field('Email').waitFor()

  t.test('it is shown once it is chosen, and after a reload', async t => {
    await choose(dana, 'me.png', 'image/png', await picture('png'))
    t.ok((await shownWidth(dana)) > 0)
    await dana.page.reload()
    t.ok((await shownWidth(dana)) > 0)
  })

  t.test('one of several megabytes is made smaller first', async t => {
    const before = await dana.part('Photo').locator('img').getAttribute('src')
    const file = await large(1700, 1200)
    t.ok(file.length > 2 * 1024 * 1024)
    const sent = dana.page.waitForEvent('requestfinished', request => request.method() === 'PUT')
    await choose(dana, 'large.png', 'image/png', file)
    const headers = await (await sent).allHeaders()
    const bytes = Number(headers['content-length'])
    t.ok(bytes > 0 && bytes < 2 * 1024 * 1024, `${bytes} bytes`)
    await dana.part('Photo').locator(`img:not([src="${before}"])`).waitFor()
    t.ok((await shownWidth(dana)) > 0)
  })

  t.test('what is no image is refused in words, and the photo stays', async t => {
    await choose(dana, 'me.png', 'image/png', Buffer.from('not an image'))
    await dana.reads('This file cannot be used. Choose another JPEG, PNG or WebP.')
    await choose(dana, 'me.heic', 'image/heic', Buffer.from('not an image'))
    await dana.reads('This file is not an image that a browser can show.')
    t.ok((await shownWidth(dana)) > 0)
  })

  t.test('X-18 a good photo that a proxy refuses is not called unusable', async t => {
    for (const [status, words] of [
      [413, 'This photo is too large. Choose a smaller one.'],
      [400, 'Something went wrong. Try again.'],
      [502, 'The service cannot be reached. Try again in a moment.']
    ] as const) {
      const answer = { status, contentType: 'text/html', body: '<h1>nginx</h1>' }
      await dana.page.route('**/auth/profile/photo', route => route.fulfill(answer))
      await choose(dana, 'me.png', 'image/png', await picture('png'))
      await dana.reads(words)
      await dana.page.unroute('**/auth/profile/photo')
    }
    t.ok((await shownWidth(dana)) > 0)
  })

  t.test('it can be taken away', async t => {
    await dana.click('Remove')
    await dana.part('Photo').locator('img').waitFor({ state: 'detached' })
    t.ok(await dana.button('Choose a photo').isVisible())
  })
})

test('a service that keeps no photos says so', { skip: noBrowser }, async t => {
  const { person } = await startStack(t)
  const dana = await person()
  await dana.comesIn()
  await dana.follow('Profile')
  await dana.field('Email').waitFor()
  await choose(dana, 'me.png', 'image/png', await picture('png'))
  await dana.reads('This service does not store photos.')
  t.notOk(await dana.part('Photo').locator('img').isVisible())
})
