/** A thread for tests that stands in for the Cognito service: each method does one odd thing. */

import type { CognitoTask } from '../../../src/cognito/thread/cognito-thread.ts'
import { serveJobs } from '../../../src/cognito/thread/job-server.ts'
import { AppError } from '../../../src/errors.ts'

serveJobs<CognitoTask, unknown>(async ({ method, args }, record) => {
  if (method === 'getUser') return args
  if (method === 'refresh')
    throw new AppError('session_expired', { reason: 'refresh_token_reused' })
  if (method === 'deleteUser') setImmediate(() => Promise.reject(new Error('nobody catches this')))
  if (method === 'signUp') {
    record({ method })
    throw new TypeError('a mistake of ours')
  }
  return await new Promise(() => undefined)
})
