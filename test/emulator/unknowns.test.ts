/** The switches for what is not established about the live service. */

import {
  ForgotPasswordCommand,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  RevokeTokenCommand,
  SignUpCommand
} from '@aws-sdk/client-cognito-identity-provider'
import { type Test, test } from 'tap'
import { totpCode } from '../../emulator/users/totp.ts'
import { startCognito } from '../support/cognito.ts'
import {
  demo,
  notAuthorized,
  password,
  refusalOf,
  respond,
  sdkFor,
  signIn,
  tokensOf
} from './sdk.ts'
import { answer, beginProof, timestamp } from './srp-client.ts'

const start = Date.UTC(2026, 5, 8, 7)

async function setUp(t: Test, switches: Record<string, unknown>) {
  const cognito = await startCognito(t, { now: () => start })
  await cognito.patchPool(switches)
  const sdk = sdkFor(t, cognito)
  return {
    cognito,
    sdk,
    beginSrp: (USERNAME: string) => {
      const AuthParameters = { USERNAME, SRP_A: 'abcdef' }
      const command = { AuthFlow: 'USER_SRP_AUTH', ClientId: cognito.clientId } as const
      return sdk.send(new InitiateAuthCommand({ ...command, AuthParameters }))
    }
  }
}

test('reuse may revoke everything of the same sign-in', async t => {
  const switches = { refreshRotation: true, reuseRevokesFamily: true }
  const { cognito, sdk } = await setUp(t, switches)
  const { RefreshToken } = await tokensOf(signIn(sdk, cognito))
  const refresh = async (token: string) => {
    const input = { RefreshToken: token, ClientId: cognito.clientId }
    return (await sdk.send(new GetTokensFromRefreshTokenCommand(input))).AuthenticationResult
  }
  const second = await refresh(RefreshToken)
  t.match(await refusalOf(refresh(RefreshToken)), { name: 'RefreshTokenReuseException' })
  t.same(
    await refusalOf(refresh(second?.RefreshToken ?? '')),
    notAuthorized('Refresh Token has been revoked')
  )
})

for (const revokingRetiredEndsFamily of [true, false]) {
  const outcome = revokingRetiredEndsFamily ? 'ends' : 'does not end'
  test(`RevokeToken on a retired token ${outcome} its successors`, async t => {
    const switches = { refreshRotation: true, retryGraceSeconds: 60, revokingRetiredEndsFamily }
    const { cognito, sdk } = await setUp(t, switches)
    const { RefreshToken } = await tokensOf(signIn(sdk, cognito))
    const client = { ClientId: cognito.clientId }
    const refresh = (token: string) =>
      sdk.send(new GetTokensFromRefreshTokenCommand({ ...client, RefreshToken: token }))
    const newer = (await refresh(RefreshToken)).AuthenticationResult?.RefreshToken ?? ''
    await sdk.send(new RevokeTokenCommand({ ...client, Token: RefreshToken }))
    await t.rejects(refresh(RefreshToken), 'it is dead itself, within its grace, too')
    if (revokingRetiredEndsFamily) await t.rejects(refresh(newer))
    else t.ok((await refresh(newer)).AuthenticationResult)
  })
}

test('REFRESH_TOKEN_AUTH with rotation may be refused by another name', async t => {
  const rotatingRefreshError = 'NotAuthorizedException'
  const { cognito, sdk } = await setUp(t, { refreshRotation: true, rotatingRefreshError })
  const { RefreshToken } = await tokensOf(signIn(sdk, cognito))
  const command = new InitiateAuthCommand({
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    ClientId: cognito.clientId,
    AuthParameters: { REFRESH_TOKEN: RefreshToken }
  })
  t.match(await refusalOf(sdk.send(command)), { name: rotatingRefreshError })
})

test('the first call over SRP may tell of an unconfirmed or locked account', async t => {
  const { cognito, sdk, beginSrp } = await setUp(t, { srpReportsAt: 'initiate' })
  const email = 'new@example.com'
  await cognito.createUser({ email, password, confirmed: false })
  t.match(await refusalOf(beginSrp(email)), { name: 'UserNotConfirmedException' })
  for (let time = 0; time < 5; time += 1) await refusalOf(signIn(sdk, cognito, demo, 'wrong'))
  t.same(await refusalOf(beginSrp(demo)), notAuthorized('Password attempts exceeded'))
})

test('unknown names may be free of the lock', async t => {
  const { cognito, sdk } = await setUp(t, { simulatedUsersLock: false })
  for (let time = 0; time < 8; time += 1) {
    const refused = await refusalOf(signIn(sdk, cognito, 'nobody@example.com'))
    t.same(refused, notAuthorized())
  }
})

test('a secret block may be good more than once, and the clock less exact', async t => {
  const switches = { secretBlockSingleUse: false, timestampSkewSeconds: 5 }
  const { cognito, sdk } = await setUp(t, switches)
  const { prove } = await beginProof(sdk, cognito, demo, password)
  const proof = prove(timestamp(new Date(start + 5000)))
  t.ok((await answer(sdk, cognito, proof)).AuthenticationResult)
  t.ok((await answer(sdk, cognito, proof)).AuthenticationResult)
  const late = prove(timestamp(new Date(start + 6000)))
  t.same(await refusalOf(answer(sdk, cognito, late)), notAuthorized())
})

test('recovery for an unknown name may alternate with an error', async t => {
  const { cognito, sdk } = await setUp(t, { simulatedRecovery: 'alternate' })
  const forgot = () => {
    const Username = 'nobody@example.com'
    return sdk.send(new ForgotPasswordCommand({ ClientId: cognito.clientId, Username }))
  }
  for (let time = 0; time < 2; time += 1) {
    t.ok((await forgot()).CodeDeliveryDetails)
    t.match(await refusalOf(forgot()), { name: 'InvalidParameterException' })
  }
})

test('a sign-up may look for the name before the password', async t => {
  const { cognito, sdk } = await setUp(t, { signUpChecksFirst: 'password' })
  const signUp = () => {
    const input = { ClientId: cognito.clientId, Username: demo, Password: 'Sh0rt-x' }
    return sdk.send(new SignUpCommand(input))
  }
  t.match(await refusalOf(signUp()), { name: 'InvalidPasswordException' })
  await cognito.patchPool({ signUpChecksFirst: 'existence' })
  t.match(await refusalOf(signUp()), { name: 'UsernameExistsException' })
})

test('the window of one-time passwords may be none', async t => {
  const { cognito, sdk } = await setUp(t, { totpWindowSteps: 0 })
  const totpSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  const email = 'ann@example.com'
  await cognito.createUser({ email, password, totpSecret })
  const { Session } = await signIn(sdk, cognito, email)
  const SOFTWARE_TOKEN_MFA_CODE = totpCode(totpSecret, start / 30_000 - 1)
  const responses = { SOFTWARE_TOKEN_MFA_CODE }
  const refused = respond(sdk, cognito, 'SOFTWARE_TOKEN_MFA', Session, responses, email)
  t.match(await refusalOf(refused), { name: 'CodeMismatchException' })
})

test('statuses may be those of the API model', async t => {
  const { cognito, sdk } = await setUp(t, { modelStatuses: true })
  const outcome = await signIn(sdk, cognito, demo, 'wrong').catch((error: unknown) => error)
  t.match(outcome, { name: 'NotAuthorizedException', $metadata: { httpStatusCode: 403 } })
})

test('any text may be another', async t => {
  const wrongPassword = 'Something else.'
  const { cognito, sdk } = await setUp(t, { messages: { wrongPassword } })
  t.same(await refusalOf(signIn(sdk, cognito, demo, 'wrong')), notAuthorized(wrongPassword))
  await t.rejects(cognito.patchPool({ messages: { noSuchText: 'x' } }), /catalogue/)
})
