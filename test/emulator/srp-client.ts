/** SRP proofs made by the stock library's own arithmetic, one step at a time. */

import { createHmac } from 'node:crypto'
import {
  type CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand
} from '@aws-sdk/client-cognito-identity-provider'
import * as library from 'amazon-cognito-identity-js'
import type { Cognito } from '../support/cognito.ts'

interface BigInteger {
  readonly toString: (radix: number) => string
}

interface Helper {
  readonly N: BigInteger
  readonly getLargeAValue: (done: (error: unknown, A: BigInteger) => void) => void
  readonly getPasswordAuthenticationKey: (
    username: string,
    password: string,
    B: BigInteger,
    salt: BigInteger,
    done: (error: unknown, key: Buffer) => void
  ) => void
}

interface Untyped {
  readonly AuthenticationHelper: new (poolName: string) => Helper
}

const { AuthenticationHelper } = library as unknown as Untyped // exported, missing in its types

export interface Proof {
  readonly USERNAME: string
  readonly PASSWORD_CLAIM_SECRET_BLOCK: string
  readonly PASSWORD_CLAIM_SIGNATURE: string
  readonly TIMESTAMP: string
}

/** What the server sent, and the key the library derives from it. */
export async function beginProof(
  sdk: CognitoIdentityProviderClient,
  { clientId, poolId }: Cognito,
  username: string,
  password: string
) {
  const helper = new AuthenticationHelper(poolId.split('_')[1] ?? '')
  const A = await promised<BigInteger>(done => helper.getLargeAValue(done))
  const AuthParameters = { USERNAME: username, SRP_A: A.toString(16) }
  const { ChallengeParameters = {} } = await sdk.send(
    new InitiateAuthCommand({ AuthFlow: 'USER_SRP_AUTH', ClientId: clientId, AuthParameters })
  )
  const { SALT = '', SRP_B = '', SECRET_BLOCK = '', USER_ID_FOR_SRP = '' } = ChallengeParameters
  const number = (hex: string) => Reflect.construct(helper.N.constructor, [hex, 16])
  const key = await promised<Buffer>(done =>
    helper.getPasswordAuthenticationKey(
      USER_ID_FOR_SRP,
      password,
      number(SRP_B),
      number(SALT),
      done
    )
  )
  const identity = `${poolId.split('_')[1]}${USER_ID_FOR_SRP}`
  return { challenge: ChallengeParameters, prove: prover(key, identity, SECRET_BLOCK) }
}

/** Signs any timestamp, also one that a right client would not send. */
function prover(key: Buffer, identity: string, block: string) {
  return (timestamp: string): Proof => ({
    USERNAME: identity.replace('Local0001', ''),
    PASSWORD_CLAIM_SECRET_BLOCK: block,
    PASSWORD_CLAIM_SIGNATURE: createHmac('sha256', key)
      .update(identity)
      .update(Buffer.from(block, 'base64'))
      .update(timestamp)
      .digest('base64'),
    TIMESTAMP: timestamp
  })
}

export function answer(
  sdk: CognitoIdentityProviderClient,
  { clientId }: Cognito,
  proof: Proof & { readonly SECRET_HASH?: string }
) {
  return sdk.send(
    new RespondToAuthChallengeCommand({
      ClientId: clientId,
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeResponses: { ...proof }
    })
  )
}

/** `Mon Jun 5 07:00:09 UTC 2017`: a day without a leading zero. */
export function timestamp(at: Date): string {
  const [weekday, day, month, year, time] = at.toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`
}

function promised<T>(start: (done: (error: unknown, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)))
  })
}
