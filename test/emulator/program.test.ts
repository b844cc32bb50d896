/** The local Cognito as a program of its own. */

import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Test, test } from 'tap'

const main = join(import.meta.dirname, '..', '..', 'emulator', 'main.js')

function run(t: Test, env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, LOCAL_COGNITO_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  t.teardown(() => child.kill('SIGKILL'))
  let text = ''
  const output = (chunk: Buffer) => {
    text += chunk
  }
  child.stdout.on('data', output)
  child.stderr.on('data', output)
  return { child, output: () => text, url: () => urlIn(child, () => text) }
}

/** Waits for the line that tells the address. */
async function urlIn(child: ChildProcess, text: () => string): Promise<string> {
  const found = () => /^Local Cognito on (http:\S+)\n/m.exec(text())?.[1]
  while (found() === undefined && child.stdout !== null) await once(child.stdout, 'data')
  return found() ?? ''
}

async function exitOf(child: ChildProcess): Promise<unknown> {
  const [code] = await once(child, 'exit')
  return code
}

test('its client can tell who exists, from the start and after a reset', async t => {
  const { url } = run(t, { LOCAL_COGNITO_PREVENT_USER_EXISTENCE_ERRORS: 'LEGACY' })
  const pool = `${await url()}/_local/pool`
  const tells = async () =>
    /"preventUserExistenceErrors":\s*false/.test(await (await fetch(pool)).text())
  t.equal(await tells(), true)
  await fetch(pool.replace('pool', 'reset'), { method: 'POST' })
  t.equal(await tells(), true)
  const wrong = run(t, { LOCAL_COGNITO_PREVENT_USER_EXISTENCE_ERRORS: 'perhaps' })
  t.equal(await exitOf(wrong.child), 1)
  t.match(wrong.output(), /must be ENABLED or LEGACY/)
})

test('it tells its address in one line and stops at once on a signal', async t => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { child, output, url } = run(t, {})
    t.match(await url(), /^http:\/\/127\.0\.0\.1:\d+$/)
    t.equal(output().trim().split('\n').length, 1)
    // A connection that is kept open must not hold it up.
    await fetch(`${await url()}/_local/calls`)
    child.kill(signal)
    t.equal(await exitOf(child), 0)
  }
})

test('it prints each code as it is sent, and no password', async t => {
  const { url, output, child } = run(t, {})
  const body = { ClientId: 'localclient0000000000000001', Username: 'a@b.c' }
  await fetch(await url(), {
    method: 'POST',
    headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp' },
    body: JSON.stringify({ ...body, Password: 'Correct-Horse-9' })
  })
  const line = /^\[local cognito\] code \d{6} for a@b\.c \(sign-up\)$/m
  while (!line.test(output()) && child.stdout !== null) await once(child.stdout, 'data')
  t.match(output(), line)
  t.notMatch(output(), /Correct-Horse/)
})

test('it prints that a temporary password was sent, not the password', async t => {
  const { url, output, child } = run(t, {})
  await fetch(await url(), {
    method: 'POST',
    headers: {
      'x-amz-target': 'AWSCognitoIdentityProviderService.AdminCreateUser',
      authorization: 'AWS4-HMAC-SHA256 Credential=local'
    },
    body: JSON.stringify({ UserPoolId: 'us-east-1_Local0001', Username: 'a@b.c' })
  })
  const messages = await fetch(`${await url()}/_local/messages`)
  const [message] = (await messages.json()) as { code: string }[] // what the control answers
  const line = '[local cognito] temporary password for a@b.c'
  while (!output().includes(line) && child.stdout !== null) await once(child.stdout, 'data')
  t.match(message?.code, /^Aa1-/)
  t.notOk(output().includes(message?.code ?? ''))
})

test('it tells a parent process its address, and stops when the parent lets go', async t => {
  const child = fork(main, { env: { LOCAL_COGNITO_PORT: '0' }, silent: true })
  t.teardown(() => child.kill('SIGKILL'))
  const [message] = await once(child, 'message')
  t.match(message, { kind: 'listening', url: /^http:\/\/127\.0\.0\.1:\d+$/ })
  child.disconnect()
  t.equal(await exitOf(child), 0)
})

test('a taken port is said in a sentence', async t => {
  const holder = createServer().listen(0, '127.0.0.1')
  t.teardown(() => holder.close())
  await once(holder, 'listening')
  const address = holder.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  const { child, output } = run(t, { LOCAL_COGNITO_PORT: port })
  t.equal(await exitOf(child), 1)
  t.match(output(), `Port ${port} is taken.`)
  t.notMatch(output(), /at .*\.js/)
})

const refused = [
  [{ NODE_ENV: 'production' }, 'for development and tests'],
  [{ LOCAL_COGNITO_PORT: '70000' }, 'LOCAL_COGNITO_PORT must be a port number'],
  [{ LOCAL_COGNITO_PORT: 'x' }, 'LOCAL_COGNITO_PORT must be a port number']
] as const

for (const [env, sentence] of refused) {
  test(`it does not start with ${JSON.stringify(env)}`, async t => {
    const { child, output } = run(t, env)
    t.equal(await exitOf(child), 1)
    t.match(output(), sentence)
  })
}

test('another host can be given', async t => {
  const { url } = run(t, { LOCAL_COGNITO_HOST: 'localhost' })
  t.match(await url(), /^http:\/\/localhost:\d+$/)
})
