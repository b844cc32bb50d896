/** The stock `CognitoUser` of amazon-cognito-identity-js signs in, and is refused. */

import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession
} from 'amazon-cognito-identity-js'
import { test } from 'tap'
import { type Cognito, startCognito } from '../support/cognito.ts'
import { demo, notAuthorized, password, refusalOf } from './sdk.ts'

function stockUser({ url, poolId, clientId }: Cognito, Username: string): CognitoUser {
  const Pool = new CognitoUserPool({ UserPoolId: poolId, ClientId: clientId, endpoint: url })
  return new CognitoUser({ Username, Pool })
}

function logIn(user: CognitoUser, Username: string, Password: string) {
  const details = new AuthenticationDetails({ Username, Password })
  return new Promise<CognitoUserSession>((resolve, reject) => {
    user.authenticateUser(details, { onSuccess: resolve, onFailure: reject })
  })
}

test('the stock client logs in over SRP and reads its user', async t => {
  const cognito = await startCognito(t)
  const user = stockUser(cognito, demo)
  const session = await logIn(user, demo, password)
  t.equal(session.getIdToken().payload.email, demo)
  t.equal(session.getAccessToken().payload.token_use, 'access')
  const attributes = await new Promise((resolve, reject) => {
    user.getUserAttributes((error, list) => (error ? reject(error) : resolve(list)))
  })
  t.match(attributes, [{ Name: 'sub' }, { Name: 'email', Value: demo }])
})

test('the stock client refreshes its session', async t => {
  const cognito = await startCognito(t)
  const user = stockUser(cognito, demo)
  const session = await logIn(user, demo, password)
  const refreshed = await new Promise<CognitoUserSession>((resolve, reject) => {
    user.refreshSession(session.getRefreshToken(), (error, fresh) =>
      error ? reject(error) : resolve(fresh)
    )
  })
  t.not(refreshed.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken())
})

test('the stock client is refused a wrong password, eight times out of eight', async t => {
  const cognito = await startCognito(t)
  await cognito.patchPool({ lockout: false })
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const refused = await refusalOf(logIn(stockUser(cognito, demo), demo, `wrong-${attempt}`))
    t.same(refused, notAuthorized())
  }
})

test('the stock client signs up, confirms and logs in', async t => {
  const cognito = await startCognito(t)
  const email = 'stock@example.com'
  const { poolId, clientId, url } = cognito
  const pool = new CognitoUserPool({ UserPoolId: poolId, ClientId: clientId, endpoint: url })
  const sub = await new Promise((resolve, reject) => {
    pool.signUp(email, password, [], [], (error, result) =>
      error ? reject(error) : resolve(result?.userSub)
    )
  })
  const user = stockUser(cognito, email)
  const code = await cognito.code(email)
  await new Promise((resolve, reject) => {
    user.confirmRegistration(code, false, (error, result) =>
      error ? reject(error) : resolve(result)
    )
  })
  const session = await logIn(user, email, password)
  t.equal(session.getIdToken().payload.sub, sub)
})
