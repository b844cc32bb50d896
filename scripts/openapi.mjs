/** `npm run openapi`: writes the OpenAPI document to dist/openapi.json, for whoever generates types from it. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { NotReady, prepare, root } from './lib/prepare.mjs'

try {
  prepare()
  const file = join(root, 'dist', 'openapi.json')
  const program = join(root, 'dist', 'src', 'openapi.js')
  const { status } = spawnSync(process.execPath, [program, file], { stdio: 'inherit' })
  if (status !== 0) throw new NotReady('The document could not be made.')
  console.log('dist/openapi.json')
} catch (error) {
  console.error(error instanceof NotReady ? error.message : error)
  process.exit(1)
}
