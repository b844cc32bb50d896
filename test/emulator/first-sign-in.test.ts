/** The first sign-in of a user with a temporary password: NEW_PASSWORD_REQUIRED. */

import { AdminCreateUserCommand, GetUserCommand } from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import { adminSdkFor, notAuthorized, password, refusalOf, respond, sdkFor, signIn } from './sdk.ts'

const email = 'hired@example.com'
const next = 'Better-Horse-10'

async function setUp(t: Test, settings?: Record<string, unknown>) {
  const cognito = await startCognito(t)
  if (settings !== undefined) await cognito.patchPool(settings)
  const admin = adminSdkFor(t, cognito)
  const who = { UserPoolId: cognito.poolId, Username: email }
  return {
    cognito,
    sdk: sdkFor(t, cognito),
    create: () => {
      const UserAttributes = [{ Name: 'email_verified', Value: 'true' }]
      return admin.send(new AdminCreateUserCommand({ ...who, UserAttributes }))
    }
  }
}

test('a created user signs in with what was sent and must choose a password', async t => {
  const { cognito, sdk, create } = await setUp(t, { requiredAttributes: ['email', 'name'] })
  const { User } = await create()
  t.match(User, { UserStatus: 'FORCE_CHANGE_PASSWORD', Enabled: true, UserCreateDate: Date })
  t.match(await cognito.messages(email), [{ purpose: 'temporary-password' }])
  const asked = await signIn(sdk, cognito, email, await cognito.code(email))
  t.equal(asked.ChallengeName, 'NEW_PASSWORD_REQUIRED')
  const { requiredAttributes = '', userAttributes = '' } = asked.ChallengeParameters ?? {}
  t.same(JSON.parse(requiredAttributes), ['userAttributes.name'])
  t.same(JSON.parse(userAttributes), { email, email_verified: 'true' })
  const answer = (responses: Record<string, string>) =>
    respond(sdk, cognito, 'NEW_PASSWORD_REQUIRED', asked.Session, responses, email)
  t.match(await refusalOf(answer({ NEW_PASSWORD: next })), {
    message: 'Attributes did not conform to the schema: name: The attribute is required'
  })
  const name = { 'userAttributes.name': 'Ann' }
  t.match(await refusalOf(answer({ NEW_PASSWORD: 'Sh0rt-x', ...name })), {
    name: 'InvalidPasswordException'
  })
  const { AuthenticationResult } = await answer({ NEW_PASSWORD: next, ...name })
  const AccessToken = AuthenticationResult?.AccessToken
  const { UserAttributes } = await sdk.send(new GetUserCommand({ AccessToken }))
  t.match(UserAttributes?.at(-1), { Name: 'name', Value: 'Ann' })
  t.ok((await signIn(sdk, cognito, email, next)).AuthenticationResult)
})

test('the address cannot be changed along with the new password', async t => {
  const { cognito, sdk } = await setUp(t)
  await cognito.createUser({ email, password, temporary: true })
  const { Session } = await signIn(sdk, cognito, email)
  const responses = { NEW_PASSWORD: next, 'userAttributes.email': 'x@example.com' }
  const refused = respond(sdk, cognito, 'NEW_PASSWORD_REQUIRED', Session, responses, email)
  t.match(await refusalOf(refused), { message: 'Cannot modify an already provided email' })
})

test('where MFA is required it is asked for after the new password', async t => {
  const { cognito, sdk } = await setUp(t, { mfa: 'on' })
  await cognito.createUser({ email, password, temporary: true })
  const { Session } = await signIn(sdk, cognito, email)
  const responses = { NEW_PASSWORD: next }
  const then = await respond(sdk, cognito, 'NEW_PASSWORD_REQUIRED', Session, responses, email)
  t.equal(then.ChallengeName, 'MFA_SETUP')
})

test('a temporary password expires after seven days', async t => {
  const { cognito, sdk } = await setUp(t)
  await cognito.createUser({ email, password, temporary: true })
  await cognito.advance(7 * 86_400)
  t.same(
    await refusalOf(signIn(sdk, cognito, email)),
    notAuthorized('Temporary password has expired and must be reset by an administrator.')
  )
})
