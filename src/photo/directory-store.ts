/** Photos in a folder, for local runs: routes/photos.ts serves what lies there. */
import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { PhotoStore } from '../auth/photo.ts'
import { AppError } from '../errors.ts'
import { addressesBelow } from './photo-urls.ts'

export interface DirectoryOptions {
  readonly directory: string
  /** Where the folder is served; no slash at the end. */
  readonly publicUrl: string
}

/** Makes the folder where it is missing. Every failure of the disk afterwards is an `upstream_error`. */
export async function createDirectoryStore(options: DirectoryOptions): Promise<PhotoStore> {
  const { directory, publicUrl } = options
  await mkdir(directory, { recursive: true })
  return {
    ...addressesBelow(publicUrl),
    put: (name, { bytes }) =>
      orUpstreamError(async () => {
        const file = join(directory, name)
        await mkdir(dirname(file), { recursive: true })
        // Written aside and renamed: nobody ever fetches half a photo.
        const draft = `${file}.${randomUUID()}`
        try {
          await writeFile(draft, bytes)
          await rename(draft, file)
        } catch (error) {
          // A full disk keeps what it had room for.
          await rm(draft, { force: true })
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
