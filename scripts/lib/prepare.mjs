/** Brings a clone to where it can run: Node's version, the packages, the compiled sources. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { filesBelow } from './files.mjs'
import { whileLocked } from './lock.mjs'

export const root = fileURLToPath(new URL('../../', import.meta.url))

const oldest = [20, 19]

/** Something a person has to put right; its message is all there is to say, no stack. */
export class NotReady extends Error {}

/** Checks Node, runs `npm ci`, `tsc --build` and `vite build` where they are needed. Throws NotReady. */
export function prepare() {
  checkNode(process.versions.node)
  whileLocked(join(root, '.local', 'prepare.lock'), () => {
    if (!isInstalled()) install()
    build()
    if (!isPageBuilt()) buildPage()
  })
}

/** @param {string} version as in process.versions.node */
export function checkNode(version) {
  const [major, minor] = version.split('.').map(Number)
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return
  throw new NotReady(
    `This needs Node.js ${oldest.join('.')} or newer (24 is advised); this is ${version}.`
  )
}

const lockFile = join(root, 'package-lock.json')
/** npm's own record of what is in node_modules; written last, so a broken-off install has none. */
const installedFile = join(root, 'node_modules', '.package-lock.json')

function isInstalled() {
  if (!existsSync(installedFile)) return false
  if (modified(lockFile) <= modified(installedFile)) return true
  // `npm install` writes the lock file a moment after its record, and a checkout may only touch it:
  // compare before throwing away a good node_modules.
  return packagesIn(lockFile) === packagesIn(installedFile)
}

function packagesIn(file) {
  const packages = Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages)
  return packages
    .filter(([path, entry]) => path !== '' && !entry.optional)
    .map(([path, entry]) => `${path} ${entry.version} ${entry.integrity}`)
    .sort()
    .join('\n')
}

function install() {
  console.log('Installing packages (npm ci) ...')
  // The compiler is a devDependency: NODE_ENV=production must not leave it out.
  const args = ['ci', '--no-audit', '--no-fund', '--include=dev']
  const npm = process.env.npm_execpath
  run('npm ci', npm ? process.execPath : 'npm', npm ? [npm, ...args] : args)
}

const buildInfo = join(root, 'dist', '.tsbuildinfo')

/** `tsc --build` knows what to compile. It does not remove the output of a source that is gone, nor miss an output. */
function build() {
  const { stale, isIncomplete } = compareOutputs()
  for (const file of stale)
    for (const suffix of ['', '.map']) rmSync(file + suffix, { force: true })
  if (isIncomplete) rmSync(buildInfo, { force: true })
  runPackage('tsc', 'typescript/bin/tsc', ['--build', root])
}

/** Compares the files below dist with the sources. */
function compareOutputs() {
  const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'))
  const sources = include.flatMap(folder => filesBelow(join(root, folder), '.ts'))
  const wanted = new Set(sources.filter(isCompiled).map(outputOf))
  const present = include.flatMap(folder => filesBelow(join(root, 'dist', folder), '.js'))
  const stale = present.filter(file => !wanted.has(file))
  return { stale, isIncomplete: present.length - stale.length < wanted.size }
}

const isCompiled = source => !source.endsWith('.d.ts')
const outputOf = source => join(root, 'dist', source.slice(root.length).replace(/\.ts$/, '.js'))

/** Bears the time at which the last good build of the page began: vite has no check of its own. */
const pageBuiltFile = join(root, 'dist', '.page-built')

function isPageBuilt() {
  if (!existsSync(pageBuiltFile) || !existsSync(join(root, 'dist/web/index.html'))) return false
  const built = modified(pageBuiltFile)
  const sources = ['web', 'packages/client/src'].flatMap(name => filesBelow(join(root, name), ''))
  return [...sources, installedFile].every(file => modified(file) < built)
}

function buildPage() {
  const began = new Date()
  runPackage('vite build', 'vite/bin/vite.js', ['build', 'web', '--logLevel', 'warn'])
  mark(pageBuiltFile, began)
}

function mark(file, time) {
  writeFileSync(file, '')
  utimesSync(file, time, time)
}

const runPackage = (name, script, args) =>
  run(name, process.execPath, [join(root, 'node_modules', script), ...args])

/** Runs a command quietly; its output is shown when it fails. */
function run(name, command, args) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (result.error) throw new NotReady(`${name} could not be run: ${result.error.message}`)
  if (result.status === 0) return
  throw new NotReady(`${result.stdout}${result.stderr}\n${name} failed.`)
}

function modified(file) {
  return statSync(file).mtimeMs
}
