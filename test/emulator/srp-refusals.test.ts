/** What a password proof is refused for, driven by the AWS SDK and the stock library's SRP. */

import { createHmac } from 'node:crypto'
import { InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { N } from '../../emulator/srp/group.ts'
import { startCognito } from '../support/cognito.ts'
import { demo, notAuthorized, password, refusalOf, sdkFor } from './sdk.ts'
import { answer, beginProof, timestamp } from './srp-client.ts'

const monday = new Date('2026-06-08T07:00:09Z')
const now = () => monday.getTime()

async function setUp(t: Test) {
  const cognito = await startCognito(t, { now })
  await cognito.patchPool({ lockout: false })
  const sdk = sdkFor(t, cognito)
  const begin = (secret = password) => beginProof(sdk, cognito, demo, secret)
  return { cognito, sdk, begin }
}

test('a right proof gets tokens, and the challenge carries no Session', async t => {
  const { cognito, sdk, begin } = await setUp(t)
  const { challenge, prove } = await begin()
  t.match(challenge, { SALT: /^[0-9a-f]+$/, SRP_B: /^[0-9a-f]{700,}$/ })
  t.equal(challenge.USERNAME, challenge.USER_ID_FOR_SRP)
  const { AuthenticationResult, Session } = await answer(sdk, cognito, prove(timestamp(monday)))
  t.match(AuthenticationResult, { TokenType: 'Bearer', ExpiresIn: 3600, RefreshToken: String })
  t.equal(Session, undefined)
})

test('a proof of a wrong password is refused', async t => {
  const { cognito, sdk, begin } = await setUp(t)
  const { prove } = await begin('Wrong-Horse-9')
  t.same(await refusalOf(answer(sdk, cognito, prove(timestamp(monday)))), notAuthorized())
})

test('a tampered signature is refused', async t => {
  const { cognito, sdk, begin } = await setUp(t)
  const { prove } = await begin()
  const proof = prove(timestamp(monday))
  const bytes = Buffer.from(proof.PASSWORD_CLAIM_SIGNATURE, 'base64')
  bytes[5] = (bytes[5] ?? 0) ^ 1
  const PASSWORD_CLAIM_SIGNATURE = bytes.toString('base64')
  const tampered = { ...proof, PASSWORD_CLAIM_SIGNATURE }
  t.same(await refusalOf(answer(sdk, cognito, tampered)), notAuthorized())
})

test('a secret block is good once', async t => {
  const { cognito, sdk, begin } = await setUp(t)
  const { prove } = await begin()
  const proof = prove(timestamp(monday))
  await answer(sdk, cognito, proof)
  t.same(await refusalOf(answer(sdk, cognito, proof)), notAuthorized())
})

test('a secret block is good for three minutes', async t => {
  const { cognito, sdk, begin } = await setUp(t)
  const [early, late] = [await begin(), await begin()]
  await cognito.advance(179)
  const at = timestamp(new Date(monday.getTime() + 179_000))
  t.ok((await answer(sdk, cognito, early.prove(at))).AuthenticationResult)
  await cognito.advance(1)
  t.same(await refusalOf(answer(sdk, cognito, late.prove(at))), notAuthorized())
})

test('a secret block that was never given out is refused', async t => {
  const { cognito, sdk, begin } = await setUp(t)
  const { prove } = await begin()
  const forged = { ...prove(timestamp(monday)), PASSWORD_CLAIM_SECRET_BLOCK: 'Zm9yZ2Vk' }
  t.same(await refusalOf(answer(sdk, cognito, forged)), notAuthorized())
})

const badTimestamps = [
  ['a zero before the day', 'Mon Jun 08 07:00:09 UTC 2026'],
  ['a wrong day of the week', 'Tue Jun 8 07:00:09 UTC 2026'],
  ['an instant more than five minutes early', 'Mon Jun 8 06:55:08 UTC 2026'],
  ['an instant more than five minutes late', 'Mon Jun 8 07:05:10 UTC 2026']
] as const

for (const [what, text] of badTimestamps) {
  test(`${what} is refused like a wrong password`, async t => {
    const { cognito, sdk, begin } = await setUp(t)
    const { prove } = await begin()
    t.same(await refusalOf(answer(sdk, cognito, prove(text))), notAuthorized())
  })
}

test('an instant just within five minutes is accepted', async t => {
  const { cognito, sdk, begin } = await setUp(t)
  const { prove } = await begin()
  const { AuthenticationResult } = await answer(sdk, cognito, prove('Mon Jun 8 06:55:09 UTC 2026'))
  t.ok(AuthenticationResult?.AccessToken)
})

test('a client whose clock was not moved along still signs in', async t => {
  const { cognito, sdk, begin } = await setUp(t)
  await cognito.advance(3600)
  for (const at of [monday, new Date(monday.getTime() + 3_600_000)]) {
    const { prove } = await begin()
    t.ok((await answer(sdk, cognito, prove(timestamp(at)))).AuthenticationResult)
  }
})

const unreadable = [
  '2026-06-08T07:00:09Z',
  'Mon, 08 Jun 2026 07:00:09 GMT',
  'Mon Jun 31 07:00:09 UTC 2026'
]

for (const text of unreadable) {
  test(`the timestamp "${text}" cannot be read`, async t => {
    const { cognito, sdk, begin } = await setUp(t)
    const { prove } = await begin()
    t.same(await refusalOf(answer(sdk, cognito, prove(text))), {
      name: 'InvalidParameterException',
      message: 'TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.'
    })
  })
}

test('a public value that is a multiple of N is refused', async t => {
  const { cognito, sdk } = await setUp(t)
  for (const SRP_A of ['0', N.toString(16), (2n * N).toString(16), 'not hex']) {
    const begun = sdk.send(
      new InitiateAuthCommand({
        AuthFlow: 'USER_SRP_AUTH',
        ClientId: cognito.clientId,
        AuthParameters: { USERNAME: demo, SRP_A }
      })
    )
    t.match(await refusalOf(begun), { name: 'InvalidParameterException' })
  }
})

test('a proof for one user does not sign in another', async t => {
  const { cognito, sdk, begin } = await setUp(t)
  const other = await cognito.createUser({ email: 'other@example.com', password })
  const { prove } = await begin()
  const proof = { ...prove(timestamp(monday)), USERNAME: other.sub }
  t.same(await refusalOf(answer(sdk, cognito, proof)), notAuthorized())
})

test('a confidential client hashes the name it sends in each step', async t => {
  const { cognito, sdk, begin } = await setUp(t)
  const { prove, challenge } = await begin()
  await cognito.patchPool({ clientSecret: 'a-secret-for-the-client' })
  const hash = (name = '') =>
    createHmac('sha256', 'a-secret-for-the-client')
      .update(name + cognito.clientId)
      .digest('base64')
  const proof = prove(timestamp(monday))
  const id = cognito.clientId
  t.same(
    await refusalOf(answer(sdk, cognito, proof)),
    notAuthorized(`Client ${id} is configured with secret but SECRET_HASH was not received`)
  )
  t.same(
    await refusalOf(answer(sdk, cognito, { ...proof, SECRET_HASH: hash(demo) })),
    notAuthorized(`Unable to verify secret hash for client ${id}`)
  )
  const SECRET_HASH = hash(challenge.USER_ID_FOR_SRP)
  t.ok((await answer(sdk, cognito, { ...proof, SECRET_HASH })).AuthenticationResult)
})
