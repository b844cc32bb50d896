/** The photo of a signed-in user. The profile never names a picture that does not exist. */
import { createHash } from 'node:crypto'
import type { ReportEvent } from './events.ts'
import type { Profiles } from './profile.ts'
import type { Authenticated } from './session.ts'

/** An image as uploaded. `type` is the client's content type (`image/png`), which is not checked. */
export interface Upload {
  readonly bytes: Buffer
  readonly type: string
  /** Aborted when the client has closed the request. */
  readonly signal: AbortSignal
}

/** An image as stored: encoded by this service, without metadata. */
export interface Photo {
  readonly bytes: Buffer
  readonly type: string
  /** Of the stored object's name: `webp`. */
  readonly extension: string
}

/**
 * Converts an upload into a photo, one at a time for each owner.
 * Throws `invalid_request` with the field `photo`, `service_unavailable` where too many uploads wait.
 */
export type PreparePhoto = (upload: Upload, owner: string) => Promise<Photo>

/** The storage of photos, by name (`{owner}/{content}.webp`). Throws `upstream_error` where it fails. */
export interface PhotoStore {
  /** Resolves when the photo is public at `urlOf(name)`. */
  put(name: string, photo: Photo): Promise<void>
  /** A photo that does not exist counts as removed. */
  remove(name: string): Promise<void>
  urlOf(name: string): string
  /** The inverse of `urlOf`; undefined for a URL outside this store. */
  nameOf(url: string): string | undefined
}

export interface PhotoPorts {
  readonly prepare: PreparePhoto
  readonly store: PhotoStore
}

export interface PhotosOptions extends PhotoPorts {
  readonly profiles: Pick<Profiles, 'read' | 'change'>
  readonly report: ReportEvent
}

/** Every method that takes an access token needs a valid one. */
export interface Photos {
  /**
   * Makes an upload the user's picture, and deletes the previous one. Returns the public URL.
   * @throws AppError `invalid_request`, `service_unavailable`, `upstream_error`; then the profile is unchanged
   */
  replace(accessToken: string, session: Authenticated, upload: Upload): Promise<string>
  /**
   * Clears the picture in the profile, and deletes it, if it lies in this store.
   * @throws AppError `upstream_error`; then the profile is unchanged
   */
  remove(accessToken: string, session: Authenticated): Promise<void>
  /** The name of the photo in the user's profile; undefined where it has none, or one outside this store. */
  nameOfCurrent(accessToken: string, sub: string): Promise<string | undefined>
  /** Runs a change of the profile that may replace the picture, and deletes a photo that was replaced. */
  deletingReplaced<T>(
    accessToken: string,
    session: Authenticated,
    change: () => Promise<T>
  ): Promise<T>
  /** Deletes a photo that no profile names. A failure is reported, not thrown. */
  deleteUnused(name: string, sub: string): Promise<void>
}

export function createPhotos({ prepare, store, profiles, report }: PhotosOptions): Photos {
  async function discard(name: string, sub: string): Promise<void> {
    try {
      await store.remove(name)
    } catch (error) {
      report('photo.left', { sub, object: name, error })
    }
  }

  async function find(accessToken: string, sub: string): Promise<string | undefined> {
    const { picture } = await profiles.read(accessToken)
    return ownPhotoName(store, picture, sub)
  }

  /** The picture at Cognito after a failed change; undefined where Cognito does not respond. */
  const pictureNow = (accessToken: string) =>
    profiles.read(accessToken).then(
      ({ picture }) => picture,
      () => undefined
    )

  return {
    async replace(accessToken, session, upload) {
      const { sub } = session.data.user
      const photo = await prepare(upload, sub)
      const { picture: before } = await profiles.read(accessToken)
      const name = `${folderOf(sub)}/${digest(photo.bytes)}.${photo.extension}`
      const picture = store.urlOf(name)
      await store.put(name, photo)
      try {
        await profiles.change(accessToken, session, { picture })
      } catch (error) {
        // Cognito may have made the change although its response was lost: a picture in use is never deleted.
        const now = await pictureNow(accessToken)
        if (now === undefined) {
          report('photo.left', { sub, object: name, error, caller: session.caller })
        } else if (now !== picture) await discard(name, sub)
        if (now !== picture) throw error
      }
      report('photo.changed', { sub, caller: session.caller })
      const old = ownPhotoName(store, before, sub)
      if (old !== undefined && old !== name) await discard(old, sub)
      return picture
    },

    async remove(accessToken, session) {
      const { sub } = session.data.user
      const { picture } = await profiles.read(accessToken)
      if (picture === null) return
      const name = ownPhotoName(store, picture, sub)
      // The photo first: once the profile no longer names it, a failed deletion could not be repeated.
      if (name !== undefined) await store.remove(name)
      await profiles.change(accessToken, session, { picture: null })
      report('photo.removed', { sub, caller: session.caller })
    },

    nameOfCurrent: find,

    async deletingReplaced(accessToken, session, change) {
      const { sub } = session.data.user
      const before = await find(accessToken, sub)
      const result = await change()
      if (before === undefined) return result
      // The change is made. If the new picture cannot be read, the change has not failed, and nothing is deleted.
      const now = await find(accessToken, sub).catch(() => before)
      if (now !== before) await discard(before, sub)
      return result
    },

    deleteUnused: discard
  }
}

/** The name of the photo, if it is the user's own. A profile may name any URL, also that of another user's photo. */
function ownPhotoName(store: PhotoStore, picture: string | null, sub: string): string | undefined {
  const name = picture === null ? undefined : store.nameOf(picture)
  return name?.startsWith(`${folderOf(sub)}/`) ? name : undefined
}

/** URLs of photos are public, and must not contain the `sub`. */
const folderOf = digest

/** 128 bits of SHA-256. New content has a new name, so that no cache shows an old picture. */
function digest(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32)
}
