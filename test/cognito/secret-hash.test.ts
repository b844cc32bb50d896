/** SECRET_HASH against AWS's published vector. */

import { test } from 'tap'
import { secretHash } from '../../src/cognito/client.ts'
import vectors from '../fixtures/srp-vectors.json' with { type: 'json' }

test('the secret hash is the published one, wherever name and client id meet', async t => {
  const { message, secret, b64 } = vectors.dotnet.secret_hash
  for (const split of [0, 3, message.length]) {
    t.equal(secretHash(message.slice(0, split), message.slice(split), secret), b64)
  }
})
