/** SRP in its thread: the same results, a bounded queue, a restart after a crash. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'tap'
import { computeSessionKey } from '../../../src/cognito/srp/srp.ts'
import { createSrpThread, type SrpThreadOptions } from '../../../src/cognito/thread/srp-thread.ts'
import { startCognito } from '../../support/cognito.ts'
import { password, service } from '../pool.ts'
import { failure } from '../stub.ts'

/** dying-worker.ts, or its compiled .js in dist/: it has the extension of this module. */
const dyingWorker = new URL(import.meta.url.replace(/srp-thread\.test(\.\w+)$/, 'dying-worker$1'))
const rest = { poolName: 'pool', userId: 'user', password: 'x', salt: '1f', srpB: '7b' }

test('the thread gives the key that this thread would give', async t => {
  const srp = thread(t)
  const ephemeral = await srp.generateEphemeral()
  t.match(ephemeral, { a: /^[0-9a-f]{64}$/, srpA: /^[1-9a-f][0-9a-f]{700,767}$/ })
  const input = { ...rest, ephemeral }
  t.same(await srp.computeSessionKey(input), computeSessionKey(input))
})

test('illegal numbers fail the job and not the thread', async t => {
  const srp = thread(t)
  const ephemeral = await srp.generateEphemeral()
  const illegal = srp.computeSessionKey({ ...rest, ephemeral, srpB: '0' })
  await t.rejects(illegal, { message: 'B cannot be zero.' })
  t.ok(await srp.generateEphemeral())
})

test('a full queue refuses at once, tells when to come back, and empties again', async t => {
  const srp = thread(t, { maxWaiting: 2 })
  const accepted = [srp.generateEphemeral(), srp.generateEphemeral()]
  const error = await failure(srp.generateEphemeral())
  t.match(error, { code: 'cognito_unavailable', reason: 'srp_queue_full', retryAfterSeconds: 2 })
  t.equal((await Promise.all(accepted)).length, 2)
  t.ok(await srp.generateEphemeral())
})

test('the death of the thread fails what waits, and the next job has a new one', async t => {
  const srp = thread(t, { file: dyingWorker })
  const ephemeral = { a: '1', srpA: '2' }
  t.same(await Promise.all([srp.generateEphemeral(), srp.generateEphemeral()]), [
    ephemeral,
    ephemeral
  ])
  const died = { code: 'cognito_unavailable', reason: 'srp_thread_died' }
  const errors = await Promise.all([
    failure(srp.generateEphemeral()),
    failure(srp.generateEphemeral())
  ])
  t.match(errors, [died, died])
  t.match(errors[0]?.cause, { message: 'out of luck' })
  t.same(await srp.generateEphemeral(), ephemeral)
})

test('an answer to something else is not taken for a key', async t => {
  const srp = thread(t, { file: dyingWorker })
  const confused = srp.computeSessionKey({ ...rest, ephemeral: { a: '1', srpA: '2' } })
  t.match(await failure(confused), { reason: 'srp_thread_confused' })
})

test('a thread that cannot be started is an outage', async t => {
  const srp = thread(t, { file: new URL('file:///nowhere/worker.js') })
  t.match(await failure(srp.generateEphemeral()), {
    code: 'cognito_unavailable',
    reason: 'srp_thread_died'
  })
})

test('closing fails what waits, and closing what never started does nothing', async t => {
  const srp = thread(t)
  srp.close()
  const pending = failure(srp.generateEphemeral())
  srp.close()
  t.match(await pending, { reason: 'srp_thread_died' })
})

test('an idle thread does not keep the process alive', async t => {
  const module = new URL(
    import.meta.url.replace(/test\/(cognito\/thread\/srp-thread)\.test/, 'src/$1')
  )
  const code = `import { createSrpThread } from '${module}'; await createSrpThread().generateEphemeral()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { timeout: 60_000 })
  t.same(await once(child, 'exit'), [0, null])
})

test('thirty logins at once all succeed through the thread', async t => {
  const cognito = await startCognito(t)
  const identity = service(t, cognito, { srp: undefined })
  const credentials = { email: 'demo@example.com', password }
  const logins = await Promise.all(Array.from({ length: 30 }, () => identity.signIn(credentials)))
  t.ok(logins.every(({ kind }) => kind === 'signed_in'))
  const { code } = await failure(identity.signIn({ ...credentials, password: 'Wrong-Horse-9' }))
  t.equal(code, 'invalid_credentials')
})

function thread(t: { teardown(step: () => void): void }, options: SrpThreadOptions = {}) {
  const srp = createSrpThread(options)
  t.teardown(() => srp.close())
  return srp
}
