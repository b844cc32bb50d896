/** `npm run cognito`: the local Cognito alone, for several instances of the service to share. */
import { join } from 'node:path'
import { NotReady, prepare, root } from './lib/prepare.mjs'
import { Processes } from './lib/processes.mjs'

try {
  prepare()
  const url = await new Processes().start(join(root, 'dist/emulator/main.js'))
  console.log(`\n  Local Cognito  ${url}\n  Use it with    COGNITO_ENDPOINT=${url} npm start\n`)
} catch (error) {
  console.error(error instanceof NotReady ? error.message : error)
  process.exit(1)
}
