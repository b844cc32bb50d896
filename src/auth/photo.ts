/** The photo of a signed-in user: the profile never names a picture that is not there. */
import { createHash } from 'node:crypto'
import type { Report } from './events.ts'
import type { Profiles } from './profile.ts'
import type { Authenticated } from './session.ts'

/** An image as it came: `type` is only what the client says of it (`image/png`). */
export interface Upload {
  readonly bytes: Buffer
  readonly type: string
  /** Aborted when whoever sent it no longer waits for an answer. */
  readonly signal: AbortSignal
}

/** An image as it is kept: made by this service, without anything but its pixels. */
export interface Photo {
  readonly bytes: Buffer
  readonly type: string
  /** Of its name: `webp`. */
  readonly extension: string
}

/**
 * Makes a photo of whatever was sent, one at a time for each owner.
 * Throws `invalid_request` naming the field `photo`, `service_unavailable` where too many wait.
 */
export type PreparePhoto = (upload: Upload, owner: string) => Promise<Photo>

/** Where photos are kept, by name (`{owner}/{content}.webp`). A store that fails is an `upstream_error`. */
export interface PhotoStore {
  /** Resolves once anybody can fetch it at `urlOf(name)`. */
  put(name: string, photo: Photo): Promise<void>
  /** What is not there counts as removed. */
  remove(name: string): Promise<void>
  urlOf(name: string): string
  /** The inverse; undefined for an address that is none of this store. */
  nameOf(url: string): string | undefined
}

export interface PhotoPorts {
  readonly prepare: PreparePhoto
  readonly store: PhotoStore
}

export interface PhotosOptions extends PhotoPorts {
  readonly profiles: Pick<Profiles, 'read' | 'change'>
  readonly report: Report
}

/** Each takes an access token that is good now. */
export interface Photos {
  /**
   * Makes an upload the user's picture and deletes the one before. Answers its public URL.
   * @throws AppError `invalid_request`, `service_unavailable`, `upstream_error`; then the profile is as it was
   */
  replace(accessToken: string, session: Authenticated, upload: Upload): Promise<string>
  /**
   * Clears the picture and deletes it, if it is one of ours.
   * @throws AppError `upstream_error`; then the profile is as it was
   */
  remove(accessToken: string, session: Authenticated): Promise<void>
  /** Name of the photo in the user's profile; undefined where there is none of ours. */
  find(accessToken: string, sub: string): Promise<string | undefined>
  /** Runs a change of the profile that may name another picture, and deletes the one it no longer names. */
  keepingUp<T>(accessToken: string, session: Authenticated, change: () => Promise<T>): Promise<T>
  /** Deletes what no profile names any more. A failure is reported, not thrown. */
  discard(name: string, sub: string): Promise<void>
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
    return ownName(store, picture, sub)
  }

  /** What Cognito has after a change that failed here; undefined where it does not say. */
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
      const name = `${ownerOf(sub)}/${digest(photo.bytes)}.${photo.extension}`
      const picture = store.urlOf(name)
      await store.put(name, photo)
      try {
        await profiles.change(accessToken, session, { picture })
      } catch (error) {
        // The change may have arrived and only its answer got lost: a picture in use is never deleted.
        const now = await pictureNow(accessToken)
        if (now === undefined) {
          report('photo.left', { sub, object: name, error, by: session.caller })
        } else if (now !== picture) await discard(name, sub)
        if (now !== picture) throw error
      }
      report('photo.changed', { sub, by: session.caller })
      const old = ownName(store, before, sub)
      if (old !== undefined && old !== name) await discard(old, sub)
      return picture
    },

    async remove(accessToken, session) {
      const { sub } = session.data.user
      const { picture } = await profiles.read(accessToken)
      if (picture === null) return
      const name = ownName(store, picture, sub)
      // First what the profile names: once the name is gone from there, nobody could try again.
      if (name !== undefined) await store.remove(name)
      await profiles.change(accessToken, session, { picture: null })
      report('photo.removed', { sub, by: session.caller })
    },

    find,

    async keepingUp(accessToken, session, change) {
      const { sub } = session.data.user
      const before = await find(accessToken, sub)
      const changed = await change()
      if (before === undefined) return changed
      // The change is done: not knowing what it named is no reason to call it failed, nor to delete.
      const now = await find(accessToken, sub).catch(() => before)
      if (now !== before) await discard(before, sub)
      return changed
    },

    discard
  }
}

/** A user may put any address into the profile, another user's photo too: only her own is hers to delete. */
function ownName(store: PhotoStore, picture: string | null, sub: string): string | undefined {
  const name = picture === null ? undefined : store.nameOf(picture)
  return name?.startsWith(`${ownerOf(sub)}/`) ? name : undefined
}

/** Addresses of photos are public; the `sub` is not to be read off them. */
const ownerOf = digest

/** 128 bits of SHA-256: new content has a new name, so that no cache ever shows an old picture. */
function digest(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32)
}
