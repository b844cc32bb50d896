/** T-18: which requests go by a proxy is decided in one place, and alike for all. */
import { test } from 'tap'
import { loadConfig } from '../../src/config/config.ts'
import { proxyFor } from '../../src/egress/proxy.ts'

const https = 'http://proxy.example:3128/'
const reach = (target: string, noProxy: string) =>
  proxyFor(target, { https, noProxy: noProxy.split(',') })

test('T-18 NO_PROXY names hosts, domains, ports, addresses and networks', async t => {
  const target = 'https://cognito-idp.eu-central-1.amazonaws.com/'
  for (const entry of [
    '*',
    'amazonaws.com',
    '.amazonaws.com',
    '*.amazonaws.com',
    'AMAZONAWS.com'
  ]) {
    t.equal(reach(target, entry), undefined, entry)
  }
  for (const entry of ['', 'aws.com', 'amazonaws.com:8443', 'amazonaws.com.cn', '10.0.0.0/8']) {
    t.equal(reach(target, entry), https, entry)
  }
  t.equal(reach(target, 'other.example,amazonaws.com:443'), undefined)
  t.equal(reach('https://10.1.2.3:8443/', '10.0.0.0/8'), undefined)
  t.equal(reach('https://11.1.2.3/', '10.0.0.0/8'), https)
  t.equal(reach('https://10.1.2.3/', '10.0.0.0/99x'), https)
  t.equal(reach('https://[fd00::1]/', 'fd00::/8'), undefined)
  t.equal(reach('https://[fd00::1]/', 'fd00::1'), undefined)
  t.equal(reach('https://[fd00::1]:8443/', '[fd00::1]:8443'), undefined)
  t.equal(reach('https://127.0.0.1:1/', '127.0.0.1'), undefined)
  t.equal(reach('http://127.0.0.1:1/', ''), undefined, 'http has its own variable')
})

test('T-18 both cases of the variables are read, a wrong one stops the start without its value', async t => {
  const pool = {
    COGNITO_REGION: 'eu-central-1',
    COGNITO_USER_POOL_ID: 'eu-central-1_AbCdEfGhI',
    COGNITO_CLIENT_ID: '1example23456789abcdefghij'
  }
  const proxies = (env: Record<string, string>) => loadConfig({ ...pool, ...env }).cognito.proxies
  const one = { HTTPS_PROXY: 'http://u:p@one:1', NO_PROXY: 'a, b' }
  t.same(proxies(one), { https: 'http://u:p@one:1/', noProxy: ['a', 'b'] })
  t.same(proxies({ https_proxy: 'two:2', no_proxy: 'a b' }), {
    https: 'http://two:2/',
    noProxy: ['a', 'b']
  })
  t.same(proxies({ ...one, https_proxy: 'two:2' }).https, 'http://two:2/', 'as with curl')
  t.same(proxies({}), { noProxy: [] })
  t.same(loadConfig(one).cognito.proxies, { noProxy: ['*'] }, 'a local Cognito is on this machine')
  const refused = () => loadConfig({ ...pool, HTTPS_PROXY: 'socks5://user:secret@proxy:1080' })
  t.throws(refused, { message: /HTTPS_PROXY must be the URL of an HTTP proxy/ })
  t.throws(refused, { message: /^(?!.*secret)/s })
})

test('T-18 the API goes by the proxy by its own switch alone', async t => {
  const env = { HTTPS_PROXY: 'http://proxy:3128', API_UPSTREAM: 'https://api.internal' }
  t.equal(loadConfig(env).api?.routes[0]?.proxy, undefined)
  t.equal(loadConfig({ ...env, API_PROXY: 'on' }).api?.routes[0]?.proxy, 'http://proxy:3128/')
  t.equal(
    loadConfig({ ...env, API_PROXY: 'on', NO_PROXY: '.internal' }).api?.routes[0]?.proxy,
    undefined
  )
})
