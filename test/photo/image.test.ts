import sharp from 'sharp'
import { test } from 'tap'
import { AppError } from '../../src/errors.ts'
import { preparePhoto } from '../../src/photo/image.ts'
import { animation, bomb, fromPhone, picture, svg } from '../support/images.ts'

const prepare = (bytes: Buffer, type: string) =>
  preparePhoto({ bytes, type, signal: new AbortController().signal }, 'ann')

/** What is said of the field `photo` about an upload that is refused. */
async function objection(bytes: Buffer, type: string): Promise<string> {
  try {
    await prepare(bytes, type)
    return 'taken'
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid_request') throw error
    const [first] = error.errors ?? []
    return `${first?.field} ${first?.message}`
  }
}

for (const format of ['jpeg', 'png', 'webp'] as const) {
  test(`a ${format} becomes a small WebP`, async t => {
    const bytes = await picture(format, { width: 1200, height: 600 })
    const photo = await prepare(bytes, `image/${format}`)
    t.match(photo, { type: 'image/webp', extension: 'webp' })
    t.match(await sharp(photo.bytes).metadata(), { format: 'webp', width: 512, height: 256 })
  })

  test(`a ${format} that breaks off is damaged`, async t => {
    const bytes = await picture(format, { width: 300, height: 300 })
    const half = bytes.subarray(0, Math.floor(bytes.length / 2))
    t.equal(await objection(half, `image/${format}`), 'photo is damaged')
    t.equal(await objection(bytes.subarray(0, 20), `image/${format}`), 'photo is damaged')
  })
}

test('a small picture keeps its size, and a very long one its shape', async t => {
  for (const [width, height, becomes] of [
    [60, 40, { width: 60, height: 40 }],
    [1, 1, { width: 1, height: 1 }],
    [10_000, 10, { width: 512, height: 1 }]
  ] as const) {
    const bytes = await picture('png', { width, height })
    const photo = await prepare(bytes, 'image/png')
    t.match(await sharp(photo.bytes).metadata(), becomes)
  }
})

test('places, devices and profiles are gone, and the picture stands upright', async t => {
  const bytes = await fromPhone()
  const before = await sharp(bytes).metadata()
  t.match(before, { width: 60, height: 40, orientation: 6 })
  t.ok(before.exif && before.icc, 'the upload has them')
  t.ok(bytes.includes('Telltale'))
  const photo = await prepare(bytes, 'image/jpeg')
  const after = await sharp(photo.bytes).metadata()
  t.match(after, { width: 40, height: 60 })
  for (const kind of ['exif', 'icc', 'xmp', 'iptc', 'orientation'] as const) {
    t.equal(after[kind], undefined, kind)
  }
  t.notOk(photo.bytes.includes('Telltale'))
})

test('what hides behind the picture is gone', async t => {
  const bytes = Buffer.concat([await picture('jpeg'), Buffer.from('<script>alert(1)</script>')])
  const photo = await prepare(bytes, 'image/jpeg')
  t.notOk(photo.bytes.includes('script'))
})

test('transparency stays', async t => {
  const bytes = await picture('png', { background: '#ff000080' })
  const photo = await prepare(bytes, 'image/png')
  t.equal((await sharp(photo.bytes).metadata()).hasAlpha, true)
})

test('of an animation the first frame stays', async t => {
  const bytes = await animation()
  t.equal((await sharp(bytes).metadata()).pages, 2)
  const photo = await prepare(bytes, 'image/webp')
  t.equal((await sharp(photo.bytes).metadata()).pages, undefined)
  const [red = 0, , blue = 255] = await sharp(photo.bytes).removeAlpha().raw().toBuffer()
  t.ok(red > 200 && blue < 50, `red ${red}, blue ${blue}`)
})

test('a picture of too many pixels is not decoded, however few bytes it has', async t => {
  const bytes = await bomb()
  t.ok(bytes.length < 512 * 1024)
  t.equal(await objection(bytes, 'image/png'), 'photo must not have more than 25 million pixels')
})

test('the type is what the bytes say', async t => {
  const jpeg = await picture('jpeg')
  t.equal(await objection(jpeg, 'image/png'), 'photo is image/jpeg, but was sent as another type')
  const others = [svg, await picture('gif'), await picture('tiff'), Buffer.from('%PDF-1.7')]
  for (const bytes of [...others, Buffer.alloc(0), Buffer.from('RIFF'), Buffer.alloc(3, 0xff)]) {
    for (const type of ['image/jpeg', 'image/png', 'image/webp']) {
      t.equal(await objection(bytes, type), 'photo must be a JPEG, PNG or WebP image')
    }
  }
})

test('libvips itself reads nothing but the three formats', async t => {
  for (const bytes of [svg, await picture('gif'), await picture('tiff')]) {
    await t.rejects(sharp(bytes).metadata(), /unsupported image format/)
  }
})
