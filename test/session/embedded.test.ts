import { test } from 'tap'
import { embeddedBackend } from '../../src/session/embedded.ts'
import { testClock } from '../contract/session-fixtures.ts'
import { sessionStoreContract } from '../contract/session-store.ts'

test('the embedded store keeps the contract', t =>
  sessionStoreContract(t, async t => {
    const clock = testClock()
    const backend = embeddedBackend({ clock })
    t.teardown(() => backend.close())
    return { backends: [backend, backend], clock, pass: async ms => clock.advance(ms) }
  }))
