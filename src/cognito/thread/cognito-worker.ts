/** The thread that the Cognito service runs in; its other end is cognito-thread.ts. */

import { workerData } from 'node:worker_threads'
import { createCognitoService } from '../service.ts'
import { noteCalls } from './call-notes.ts'
import type { CognitoTask, CognitoWorkerData } from './cognito-thread.ts'
import { sendNotice, serve } from './serve.ts'

// The SDK warns of the version of Node when its client is made: as a line of the log, which is JSON.
process.removeAllListeners('warning')
process.on('warning', ({ name, message: detail }) => {
  const line = { level: 40, time: Date.now(), event: 'node_warning', name, detail }
  process.stdout.write(`${JSON.stringify({ ...line, msg: 'a warning of Node or a library' })}\n`)
})

const { options, traced }: CognitoWorkerData = workerData
const service = createCognitoService({ ...options, onNotice: sendNotice })
// Side by side and not one after the other by the first login. What fails will be told by the call that needs it.
service.prepare().catch(() => undefined)
const within = traced ? noteCalls() : undefined

serve<CognitoTask, unknown>(({ method, args }, note) => {
  const work = () => Reflect.apply(service[method], service, args)
  return within ? within(note, work) : work()
})
