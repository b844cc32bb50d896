/** O-10: what an operator should change is said at first sight, once, by what it is called at Cognito. */

import { test } from 'tap'
import { startService } from '../support/service.ts'
import { start } from './answers.ts'
import { token } from './signer.ts'

const credentials = { email: 'a@example.com', password: 'x' }
const result = { AccessToken: 'a', IdToken: token(), RefreshToken: 'r', ExpiresIn: 300 }
const session = 'a-session-of-twenty-characters'

const sights: [title: string, answer: object, says: RegExp][] = [
  [
    'a challenge that is not offered',
    { ChallengeName: 'DEVICE_SRP_AUTH', Session: session },
    /DEVICE_SRP_AUTH, which this service does not offer/
  ],
  [
    'a code of a login without a password',
    { ChallengeName: 'SMS_OTP', Session: session },
    /SMS_OTP, which this service does not offer/
  ],
  [
    'device tracking',
    { AuthenticationResult: { ...result, NewDeviceMetadata: { DeviceKey: 'key' } } },
    /NewDeviceMetadata.*DeviceConfiguration/
  ],
  [
    'groups that are no list',
    { AuthenticationResult: { ...result, IdToken: token({ 'cognito:groups': 'admins' }) } },
    /cognito:groups is not a list/
  ]
]

for (const [title, answer, says] of sights) {
  test(`O-10 ${title}: one line, at first sight`, async t => {
    const told: string[] = []
    const { service } = await start(t, () => answer, { onWarning: line => told.push(line) })
    for (let i = 0; i < 3; i += 1) await service.signIn(credentials)
    t.equal(told.length, 1)
    t.match(told[0], says)
  })
}

test('O-10 what fits is not worth a line', async t => {
  const told: string[] = []
  const fits = [
    { AuthenticationResult: { ...result, IdToken: token({ 'cognito:groups': ['admins'] }) } },
    { ChallengeName: 'SMS_MFA', Session: session }
  ]
  const onWarning = (line: string) => told.push(line)
  const { service } = await start(t, () => fits.pop(), { onWarning })
  await service.signIn(credentials)
  await service.signIn(credentials)
  t.same(told, [])
})

test('O-10 a pool that sends no codes: the line comes out of the thread into the log, once', async t => {
  const { browser, cognito, logs } = await startService(t)
  await cognito.patchPool({ autoVerify: false })
  for (const email of ['a@example.com', 'b@example.com']) {
    const account = { email, password: 'Correct-Horse-9', givenName: 'A' }
    t.equal((await browser().post('/auth/signup', account)).status, 201)
  }
  const lines = logs.filter(line => line.includes('AutoVerifiedAttributes'))
  t.equal(lines.length, 1)
  t.match(JSON.parse(lines[0] ?? '{}'), { level: 40 })
})
