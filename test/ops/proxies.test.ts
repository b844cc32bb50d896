/** The ready configurations of deploy/ are run, where the proxy is installed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { root } from '../repo/sources.ts'

test('O-23 nginx, HAProxy, Caddy and Apache do what the service needs of them', {
  timeout: 280_000
}, async t => {
  const script = join(root, 'scripts', 'check-proxies.mjs')
  const env = { ...process.env, CHECK_PROXIES_BUILT: '1', REDIS_URL: process.env.TEST_REDIS_URL }
  const child = spawn(process.execPath, [script], { env })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    output += text
  })
  const [code] = await once(child, 'exit')
  t.equal(code, 0, output)
  for (const name of ['nginx', 'haproxy', 'caddy', 'apache']) {
    t.match(output, new RegExp(`^${name}: (ok|NOT INSTALLED, not checked .*)$`, 'm'))
  }
})

test('O-23 each configuration says what its proxy would do wrong by itself', async t => {
  const read = (name: string) => readFileSync(join(root, 'deploy', name), 'utf8')
  for (const line of ['client_max_body_size', 'proxy_http_version 1.1', 'proxy_buffering off']) {
    t.match(read('nginx.conf'), line)
  }
  t.match(read('haproxy.cfg'), 'option redispatch')
  t.match(read('apache.conf'), 'AllowEncodedSlashes NoDecode')
})
