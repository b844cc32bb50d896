/** A thread where amazon-cognito-identity-js is as it was published. Each message is one login's arithmetic. */
import { parentPort } from 'node:worker_threads'
import { AuthenticationHelper } from 'amazon-cognito-identity-js'
import { integerFromHex } from '../../src/cognito/srp/srp.ts'
import type { SrpLogin } from '../srp.ts'

parentPort?.on('message', ({ poolName, userId, password, srpB, salt }: SrpLogin) => {
  const helper = new AuthenticationHelper(poolName)
  helper.getLargeAValue(fail)
  const [b, s] = [integerFromHex(srpB), integerFromHex(salt)]
  helper.getPasswordAuthenticationKey(userId, password, b, s, fail)
  parentPort?.postMessage('done')
})

function fail(error: Error | null): void {
  if (error) throw error
}
