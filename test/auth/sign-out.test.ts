/** Logging out while others work on the same session. */

import { test } from 'tap'
import { createSignOut } from '../../src/auth/sign-out.ts'
import { liveSession } from '../support/found-session.ts'
import { scene } from './processes.ts'

test('a logout revokes the token that a refresh has stored at the last moment', async t => {
  const { cognito, start, expired } = scene(t)
  const other = start()
  const session = await expired()
  const { store, ...accessTokens } = start(whole => ({
    async destroy(ended) {
      if (await liveSession(whole, ended.id)) await other.get(session)
      return whole.destroy(ended)
    }
  }))
  const { endSession: here } = createSignOut({
    identity: { revoke: cognito.revoke, signOutEverywhere: async () => undefined },
    sessions: store,
    ends: { record: () => Promise.reject(new Error('nothing else is to end')) },
    logins: { begin: async () => 0 },
    accessTokens,
    report: () => undefined
  })
  await here(session)
  t.equal(cognito.revoked.length, 1)
  t.not(cognito.revoked[0], session.tokens()?.refreshToken)
  await here(session)
  t.equal(cognito.revoked.at(-1), session.tokens()?.refreshToken, 'what it read, where it is gone')
})
