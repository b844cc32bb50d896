/** Photos from a phone are larger than the service takes: they are made smaller before they are sent. */
import { Complaint } from '../words/message-of.ts'

export const imageTypes = ['image/jpeg', 'image/png', 'image/webp']

const mostBytes = 2 * 1024 * 1024
const longestSide = 1600

/** The file itself if the service takes it, else a smaller JPEG. Throws a Complaint for what is no image. */
export async function asUploadable(file: Blob): Promise<Blob> {
  if (imageTypes.includes(file.type) && file.size <= mostBytes) return file
  const image = await createImageBitmap(file).catch(() => {
    throw new Complaint('This file is not an image that a browser can show.')
  })
  const scale = Math.min(1, longestSide / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(image.width * scale)
  canvas.height = Math.round(image.height * scale)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  image.close()
  return new Promise((resolve, reject) => {
    const done = (blob: Blob | null) =>
      blob ? resolve(blob) : reject(new Complaint('This image cannot be scaled down.'))
    canvas.toBlob(done, 'image/jpeg', 0.85)
  })
}
