/** Names of photos and their public URLs. */

const namePattern = /^[0-9a-f]{32}\/[0-9a-f]{32}\.webp$/

/** @param base URL of the folder of all photos, without a slash at the end */
export function photoUrls(base: string) {
  return {
    urlOf: (name: string): string => `${base}/${name}`,
    /** Undefined for every URL that `urlOf` does not return: the name is safe to use in a path. */
    nameOf(url: string): string | undefined {
      const name = url.startsWith(`${base}/`) ? url.slice(base.length + 1) : ''
      return namePattern.test(name) ? name : undefined
    }
  }
}
