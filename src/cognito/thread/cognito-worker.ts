/** The worker thread that the Cognito service runs in; cognito-thread.ts posts the calls. */

import { workerData } from 'node:worker_threads'
import { createCognitoService } from '../service.ts'
import { traceCalls } from './call-traces.ts'
import type { CognitoTask, CognitoWorkerData } from './cognito-thread.ts'
import { sendWarning, serveJobs } from './job-server.ts'

// The SDK warns of old versions of Node when a client is created. Node would print plain text: log JSON instead.
process.removeAllListeners('warning')
process.on('warning', ({ name, message: detail }) => {
  const line = { level: 40, time: Date.now(), event: 'node_warning', name, detail }
  process.stdout.write(`${JSON.stringify({ ...line, msg: 'a warning of Node or a library' })}\n`)
})

const { options, traced }: CognitoWorkerData = workerData
const service = createCognitoService({ ...options, onWarning: sendWarning })
// Loads the modules before the first login needs them. A failure shows at the call that needs the module.
service.prepare().catch(() => undefined)
const runTraced = traced ? traceCalls() : undefined

serveJobs<CognitoTask, unknown>(({ method, args }, record) => {
  const work = () => Reflect.apply(service[method], service, args)
  return runTraced ? runTraced(record, work) : work()
})
