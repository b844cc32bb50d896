/** Images for tests, made when they are asked for. */
import sharp from 'sharp'

type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff'

/** A plain picture, opaque unless a colour says otherwise. */
export function picture(
  format: Format,
  { width = 60, height = 40, background = '#3366cc' } = {}
): Promise<Buffer> {
  return blank(width, height, background).toFormat(format).toBuffer()
}

/** What a phone writes: turned by a quarter, with the place, the device and a colour profile. */
export function fromPhone(): Promise<Buffer> {
  return blank(60, 40, '#3366cc')
    .withMetadata({ orientation: 6 })
    .withExifMerge({
      IFD0: { Make: 'Telltale Phones' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1' }
    })
    .withIccProfile('p3')
    .jpeg()
    .toBuffer()
}

/** A WebP of two frames, the first red, the second blue. */
export async function animation(): Promise<Buffer> {
  const frames = [
    await picture('png', { background: '#ff0000' }),
    await picture('png', { background: '#0000ff' })
  ]
  return sharp(frames, { join: { animated: true } })
    .webp({ lossless: true, delay: [100, 100] })
    .toBuffer()
}

/** Few bytes, many pixels. */
export const bomb = () => picture('png', { width: 5001, height: 5000 })

export const svg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
)

function blank(width: number, height: number, background: string) {
  return sharp({ create: { width, height, channels: 4, background } })
}
