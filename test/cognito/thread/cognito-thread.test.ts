/** The Cognito service in its thread: the same service, a bounded queue, a restart after a crash. */

import { spawn } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Test, test } from 'tap'
import { createCognitoService } from '../../../src/cognito/service.ts'
import {
  type CognitoThreadOptions,
  createCognitoThread
} from '../../../src/cognito/thread/cognito-thread.ts'
import { cognitoCallChannel } from '../../../src/egress/outgoing-call.ts'
import { startCognito } from '../../support/cognito.ts'
import { password } from '../pool.ts'
import { failure } from '../stub.ts'

/** odd-worker.ts, or its compiled .js in dist/: it has the extension of this module. */
const oddWorker = new URL(import.meta.url.replace(/cognito-thread\.test(\.\w+)$/, 'odd-worker$1'))
const credentials = { email: 'demo@example.com', password }
const options = {
  region: 'us-east-1',
  userPoolId: 'us-east-1_Local0001',
  clientId: 'localclient0000000000000001',
  authFlow: 'USER_SRP_AUTH'
} as const

function odd(t: Test, threadOptions: CognitoThreadOptions = {}) {
  const service = createCognitoThread(options, { file: oddWorker, ...threadOptions })
  t.teardown(() => service.close())
  return service
}

test('it has every method of the service', async t => {
  const [here, there] = [createCognitoService(options), odd(t)]
  t.same(Object.keys(there).toSorted(), Object.keys(here).toSorted())
  here.close()
})

test('a login, a refusal and a refresh through the thread load no AWS SDK beside it', async t => {
  const { url: endpoint } = await startCognito(t)
  const service = createCognitoThread({ ...options, endpoint, timeoutMs: 60_000 })
  t.teardown(() => service.close())
  const session = await service.signIn(credentials)
  if (session.kind !== 'signed_in') throw new Error(`a challenge: ${session.name}`)
  t.equal(session.user.email, credentials.email)
  t.match(await service.refresh(session.tokens.refreshToken), { kind: 'signed_in' })
  const error = await failure(service.signIn({ ...credentials, password: 'Wrong-Horse-9' }))
  t.match(error, { code: 'invalid_credentials', status: 401 })
  t.match(error.cause, { name: 'NotAuthorizedException' })
  const loaded = Object.keys(createRequire(import.meta.url).cache)
  t.same(
    loaded.filter(file => file.includes('cognito-identity-provider')),
    []
  )
})

test('preparing sends nothing, and the login after it is like any other', async t => {
  const cognito = await startCognito(t)
  const service = createCognitoThread({ ...options, endpoint: cognito.url, timeoutMs: 60_000 })
  t.teardown(() => service.close())
  service.prepare()
  service.prepare()
  // The answer comes when all is loaded: the thread does one thing at a time.
  t.equal((await failure(service.getUser('nobody'))).code, 'session_expired')
  t.same(await cognito.calls(), { GetUser: 1 })
  t.equal((await service.signIn(credentials)).kind, 'signed_in')
})

test('arguments arrive as they are, and failures as what they were', async t => {
  const service = odd(t)
  t.same(await service.getUser('a token'), ['a token'])
  const error = await failure(service.refresh('dead'))
  t.match(error, { code: 'session_expired', reason: 'refresh_token_reused' })
  const account = { email: 'a@example.com', password, attributes: {} }
  await t.rejects(service.signUp(account), { name: 'TypeError', message: 'a mistake of ours' })
})

test('the death of the thread fails what waits, and the next call has a new one', async t => {
  const service = odd(t)
  const errors = await Promise.all([failure(service.revoke('a')), failure(service.deleteUser('b'))])
  const died = { code: 'cognito_unavailable', reason: 'cognito_thread_died', retryAfterSeconds: 2 }
  t.match(errors, [died, died])
  t.match(errors[0]?.cause, { message: 'nobody catches this' })
  t.same(await service.getUser('c'), ['c'])
})

test('a full queue refuses at once, and empties again', async t => {
  const service = odd(t, { maxWaiting: 2 })
  const accepted = [service.getUser('a'), service.getUser('b')]
  t.match(await failure(service.getUser('c')), {
    code: 'cognito_unavailable',
    reason: 'cognito_queue_full'
  })
  t.equal((await Promise.all(accepted)).length, 2)
  t.same(await service.getUser('d'), ['d'])
})

test('trace events are published where tracing is on, of failures too', async t => {
  const seen: unknown[] = []
  const listener = (message: unknown) => seen.push(message)
  subscribe(cognitoCallChannel, listener)
  t.teardown(() => unsubscribe(cognitoCallChannel, listener))
  const account = { email: 'a@example.com', password, attributes: {} }
  await t.rejects(odd(t).signUp(account))
  await t.rejects(odd(t, { traced: true }).signUp(account))
  t.same(seen, [{ method: 'signUp' }])
})

const isLinux = process.platform === 'linux'
const onlyThere = isLinux ? {} : { skip: 'only Linux has priorities of threads' }

test('its threads give way to the event loop', onlyThere, async t => {
  const { url: endpoint } = await startCognito(t)
  const service = createCognitoThread({ ...options, endpoint, timeoutMs: 60_000 })
  t.teardown(() => service.close())
  await service.signIn(credentials)
  // proc(5): the 19th field, counted from behind the name, which may hold anything.
  const niceOf = (thread: string) =>
    Number(readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1]?.split(' ')[16])
  const nice = readdirSync('/proc/self/task').map(niceOf)
  t.equal(niceOf(`${process.pid}`), 0)
  t.equal(nice.filter(value => value === 5).length, 2)
})

test('an idle thread, with that of SRP below it, does not keep the process alive', async t => {
  const { url: endpoint } = await startCognito(t)
  const file = /test\/(cognito\/thread\/cognito-thread)\.test/
  const module = new URL(import.meta.url.replace(file, 'src/$1'))
  const code = `import { createCognitoThread } from '${module}'
    const service = createCognitoThread(${JSON.stringify({ ...options, endpoint })})
    await service.signIn(${JSON.stringify(credentials)})`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { timeout: 60_000 })
  t.same(await once(child, 'exit'), [0, null])
})
