/**
 * `npm start`: installs and builds what is needed, then runs the service, and with nothing configured the
 * local Cognito beside it. `.env` is read; variables that are already set win.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { NotReady, prepare, root } from './lib/prepare.mjs'
import { Processes } from './lib/processes.mjs'
import { ensureSessionKeys } from './lib/session-keys.mjs'

const cognitoSettings = [
  'COGNITO_REGION',
  'COGNITO_USER_POOL_ID',
  'COGNITO_CLIENT_ID',
  'COGNITO_ENDPOINT'
]

const photoSettings = ['PHOTO_BUCKET', 'PHOTO_DIRECTORY']

try {
  prepare()
  const settings = join(root, '.env')
  if (existsSync(settings)) process.loadEnvFile(settings)
  await start(process.env.NODE_ENV !== 'production')
} catch (error) {
  console.error(error instanceof NotReady ? error.message : error)
  process.exit(1)
}

/** @param {boolean} isLocal whether local conveniences are allowed at all */
async function start(isLocal) {
  const processes = new Processes()
  const env = isLocal ? sessionKeys() : {}
  let cognito
  if (isLocal && !cognitoSettings.some(name => process.env[name])) {
    cognito = await processes.start(join(root, 'dist/emulator/main.js'), poolSettings())
    env.COGNITO_ENDPOINT = cognito
    if (!photoSettings.some(name => process.env[name])) {
      env.PHOTO_DIRECTORY = join(root, '.local', 'photos')
    }
  }
  const service = await processes.start(join(root, 'dist/src/server.js'), env)
  console.log(greeting(service, cognito))
}

/** A pool that hides who has an account leaves the service nothing to be plain about. */
function poolSettings() {
  if (process.env.ENUMERATION_PROTECTION !== 'off') return {}
  return { LOCAL_COGNITO_PREVENT_USER_EXISTENCE_ERRORS: 'LEGACY' }
}

function sessionKeys() {
  if (process.env.SESSION_KEYS || process.env.SESSION_KEYS_FILE) return {}
  const file = join(root, '.local', 'session-keys')
  ensureSessionKeys(file)
  return { SESSION_KEYS_FILE: file }
}

function greeting(service, cognito) {
  const lines = ['', `  Service             ${service}`]
  if (cognito) {
    lines.push(
      '  Log in with         demo@example.com / Correct-Horse-9',
      `  Local Cognito       ${cognito}`,
      `  Confirmation codes  in this terminal, and at ${new URL('/_local/messages', cognito)}`
    )
  }
  return [...lines, '', '  Ctrl-C stops everything.', ''].join('\n')
}
