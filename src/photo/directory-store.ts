/** Keeps photos in a folder, for local runs; routes/photos.ts serves the folder. */
import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { PhotoStore } from '../auth/photo.ts'
import { AppError } from '../errors.ts'
import { photoUrls } from './photo-urls.ts'

export interface DirectoryOptions {
  readonly directory: string
  /** URL at which the folder is served; no slash at the end. */
  readonly publicUrl: string
}

/** Creates the folder if it is missing. The methods throw AppError `upstream_error` for every failure of the disk. */
export async function createDirectoryStore(options: DirectoryOptions): Promise<PhotoStore> {
  const { directory, publicUrl } = options
  await mkdir(directory, { recursive: true })
  return {
    ...photoUrls(publicUrl),
    put: (name, { bytes }) =>
      orUpstreamError(async () => {
        const file = join(directory, name)
        await mkdir(dirname(file), { recursive: true })
        // Written to another name and renamed: no browser ever gets half a photo.
        const temporary = `${file}.${randomUUID()}`
        try {
          await writeFile(temporary, bytes)
          await rename(temporary, file)
        } catch (error) {
          // A full disk leaves a part of the file.
          await rm(temporary, { force: true })
          throw error
        }
      }),
    remove: name => orUpstreamError(() => rm(join(directory, name), { force: true }))
  }
}

async function orUpstreamError(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    throw new AppError('upstream_error', { reason: 'photo_store', cause })
  }
}
