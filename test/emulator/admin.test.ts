/** The Admin operations. */

import {
  AdminCreateUserCommand,
  type AdminCreateUserCommandInput,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  ConfirmForgotPasswordCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  SignUpCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { startCognito } from '../support/cognito.ts'
import {
  adminSdkFor,
  demo,
  notAuthorized,
  password,
  refusalOf,
  sdkFor,
  signIn,
  tokensOf
} from './sdk.ts'

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
    admin,
    who,
    create: (input: Partial<AdminCreateUserCommandInput> = {}) =>
      admin.send(new AdminCreateUserCommand({ ...who, ...input }))
  }
}

test('a call without a signature is refused', async t => {
  const { url, poolId } = await startCognito(t)
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminEnableUser' },
    body: JSON.stringify({ UserPoolId: poolId, Username: demo })
  })
  t.equal(response.status, 400)
  t.same(await response.json(), {
    __type: 'MissingAuthenticationTokenException',
    message: 'Missing Authentication Token'
  })
})

test('another pool and an unknown user are named', async t => {
  const { admin, who } = await setUp(t)
  t.same(await refusalOf(admin.send(new AdminEnableUserCommand(who))), {
    name: 'UserNotFoundException',
    message: 'User does not exist.'
  })
  const other = { ...who, UserPoolId: 'us-east-1_Another01' }
  t.same(await refusalOf(admin.send(new AdminEnableUserCommand(other))), {
    name: 'ResourceNotFoundException',
    message: 'User pool us-east-1_Another01 does not exist.'
  })
})

test('RESEND sends a new temporary password, SUPPRESS none', async t => {
  const { cognito, create } = await setUp(t)
  await create({ MessageAction: 'SUPPRESS', TemporaryPassword: password })
  t.same(await cognito.messages(email), [])
  t.match(await refusalOf(create()), { name: 'UsernameExistsException' })
  await create({ MessageAction: 'RESEND' })
  t.equal((await cognito.messages(email)).length, 1)
  const resend = create({ MessageAction: 'RESEND', Username: demo })
  t.match(await refusalOf(resend), { name: 'UnsupportedUserStateException' })
})

test('a password can be set for good, or for one sign-in', async t => {
  const { cognito, sdk, admin, who } = await setUp(t)
  const set = (Permanent: boolean) =>
    admin.send(
      new AdminSetUserPasswordCommand({ ...who, Username: demo, Password: next, Permanent })
    )
  await set(true)
  t.ok((await signIn(sdk, cognito, demo, next)).AuthenticationResult)
  await set(false)
  t.equal((await signIn(sdk, cognito, demo, next)).ChallengeName, 'NEW_PASSWORD_REQUIRED')
})

test('disabling ends every sign-in for good, enabling lets in again', async t => {
  const { cognito, sdk, admin, who } = await setUp(t)
  const { AccessToken, RefreshToken } = await tokensOf(signIn(sdk, cognito))
  const getUser = () => sdk.send(new GetUserCommand({ AccessToken }))
  await admin.send(new AdminDisableUserCommand({ ...who, Username: demo }))
  t.same(await refusalOf(signIn(sdk, cognito)), notAuthorized('User is disabled.'))
  t.same(await refusalOf(getUser()), notAuthorized('User is disabled.'))
  await admin.send(new AdminEnableUserCommand({ ...who, Username: demo }))
  t.ok((await signIn(sdk, cognito)).AuthenticationResult)
  t.same(await refusalOf(getUser()), notAuthorized('Access Token has been revoked'))
  const { clientId: ClientId } = cognito
  const refresh = new GetTokensFromRefreshTokenCommand({ RefreshToken, ClientId })
  t.same(await refusalOf(sdk.send(refresh)), notAuthorized('Refresh Token has been revoked'))
})

test('AdminUserGlobalSignOut ends every sign-in', async t => {
  const { cognito, sdk, admin, who } = await setUp(t)
  const { AccessToken } = await tokensOf(signIn(sdk, cognito))
  await admin.send(new AdminUserGlobalSignOutCommand({ ...who, Username: demo }))
  t.same(
    await refusalOf(sdk.send(new GetUserCommand({ AccessToken }))),
    notAuthorized('Access Token has been revoked')
  )
})

test('a reset by an administrator must be completed with the code', async t => {
  const { cognito, sdk, admin, who } = await setUp(t)
  await admin.send(new AdminResetUserPasswordCommand({ ...who, Username: demo }))
  t.same(await refusalOf(signIn(sdk, cognito)), {
    name: 'PasswordResetRequiredException',
    message: 'Password reset required for the user'
  })
  t.same(await refusalOf(signIn(sdk, cognito, demo, 'Wrong-Horse-9')), notAuthorized())
  const reset = new ConfirmForgotPasswordCommand({
    ClientId: cognito.clientId,
    Username: demo,
    ConfirmationCode: await cognito.code(demo),
    Password: next
  })
  await sdk.send(reset)
  t.ok((await signIn(sdk, cognito, demo, next)).AuthenticationResult)
})

test('LEGACY tells of the reset whatever the password', async t => {
  const { cognito, sdk, admin, who } = await setUp(t, { preventUserExistenceErrors: 'LEGACY' })
  await admin.send(new AdminResetUserPasswordCommand({ ...who, Username: demo }))
  t.match(await refusalOf(signIn(sdk, cognito, demo, 'Wrong-Horse-9')), {
    name: 'PasswordResetRequiredException'
  })
})

test('a reset needs a password that was chosen, and somewhere to send the code', async t => {
  const { cognito, admin, who } = await setUp(t)
  const reset = (Username: string) =>
    admin.send(new AdminResetUserPasswordCommand({ ...who, Username }))
  await cognito.createUser({ email, password, temporary: true })
  await cognito.createUser({ email: 'new@example.com', password, confirmed: false })
  t.match(await refusalOf(reset(email)), { name: 'NotAuthorizedException' })
  t.match(await refusalOf(reset('new@example.com')), { name: 'InvalidParameterException' })
})

test('a temporary password goes by SMS where that is asked for', async t => {
  const { cognito, create } = await setUp(t)
  const UserAttributes = [{ Name: 'phone_number', Value: '+4512349934' }]
  await create({ UserAttributes, DesiredDeliveryMediums: ['SMS'] })
  t.match(await cognito.messages('+4512349934'), [{ medium: 'SMS', purpose: 'temporary-password' }])
})

test('a pool can keep sign-up for administrators', async t => {
  const { cognito, sdk } = await setUp(t, { adminCreateUserOnly: true })
  const signUp = new SignUpCommand({
    ClientId: cognito.clientId,
    Username: email,
    Password: password
  })
  t.same(
    await refusalOf(sdk.send(signUp)),
    notAuthorized('SignUp is not permitted for this user pool')
  )
})
