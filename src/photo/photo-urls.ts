/** Names of photos and the public addresses they have. */

const name = /^[0-9a-f]{32}\/[0-9a-f]{32}\.webp$/

/**
 * @param base URL of the folder of all photos, without a slash at the end
 */
export function addressesBelow(base: string) {
  return {
    urlOf: (of: string): string => `${base}/${of}`,
    /** Undefined unless it is exactly an address that `urlOf` gives: whatever it returns is safe as a path. */
    nameOf(url: string): string | undefined {
      const rest = url.startsWith(`${base}/`) ? url.slice(base.length + 1) : ''
      return name.test(rest) ? rest : undefined
    }
  }
}
