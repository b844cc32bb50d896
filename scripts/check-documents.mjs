/**
 * `npm run check:documents`: holds documents, metrics, alerts, events and OpenAPI against an instance that it starts.
 * `-- --url=https://app.example.com [--metrics=http://10.0.0.7:9464]`: holds the documents of this checkout against an
 * instance that is deployed. A private authority counts by NODE_EXTRA_CA_CERTS.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { NotReady, prepare, root } from './lib/prepare.mjs'

const tests = [
  'ops/tables',
  'ops/additions',
  'ops/series',
  'ops/documents',
  'ops/document-paths',
  'ops/deployed',
  'ops/compose',
  'openapi'
]

/** The URL given as `--name=URL`. Throws NotReady for what is none. */
function given(name) {
  const text = process.argv
    .find(argument => argument.startsWith(`--${name}=`))
    ?.slice(name.length + 3)
  if (text === undefined || /^https?:/.test(text)) return text
  throw new NotReady(`--${name} must be a URL beginning with http:// or https://`)
}

function run() {
  const [url, metrics] = [given('url'), given('metrics')]
  if (metrics && !url) throw new NotReady('--metrics belongs to --url')
  if (url) {
    prepare()
    return [join(root, 'dist/test/ops/check-deployed.js'), url, ...(metrics ? [metrics] : [])]
  }
  return [join(root, 'scripts/test.mjs'), ...tests.map(name => `test/${name}.test.ts`)]
}

try {
  const { status } = spawnSync(process.execPath, run(), { stdio: 'inherit', cwd: root })
  process.exitCode = status ?? 1
} catch (error) {
  console.error(error instanceof NotReady ? error.message : error)
  process.exitCode = 1
}
