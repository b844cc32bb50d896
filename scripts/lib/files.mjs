/** Lists the files of a folder. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** All files below `folder` whose name ends in `suffix`, sorted; none if there is no such folder. */
export function filesBelow(folder, suffix) {
  return entries(folder)
    .flatMap(entry => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return filesBelow(path, suffix)
      return entry.name.endsWith(suffix) ? [path] : []
    })
    .sort()
}

function entries(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}
