/** Installing a package where this may be done without asking: as root, on Debian and its kin. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The path of a program; undefined where there is none. */
export function inPath(name, path = process.env.PATH ?? '') {
  const folders = path.split(delimiter).filter(Boolean)
  return folders.map(folder => join(folder, name)).find(isExecutable)
}

export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Installs a package by apt-get; true where it could. The list of packages is refreshed only where that is needed: a fresh
 * container has none, and a machine without a network may have the package itself.
 */
export function aptInstall(name, env = process.env, isRoot = process.getuid?.() === 0) {
  const program = inPath('apt-get', env.PATH)
  if (!isRoot || !program) return false
  console.log(`Installing ${name} (apt-get) ...`)
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: 'ignore' }
  const apt = (...args) => spawnSync(program, args, options).status === 0
  const install = () => apt('install', '-q', '-y', '--no-install-recommends', name)
  return install() || (apt('update', '-q') && install())
}
