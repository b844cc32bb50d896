/** The worker thread that computes SRP; srp-thread.ts posts the jobs. */

import { computeSessionKey, generateEphemeral } from '../srp/srp.ts'
import { serveJobs } from './job-server.ts'
import type { SrpResult, SrpTask } from './srp-thread.ts'

serveJobs<SrpTask, SrpResult>(task =>
  task.step === 'generateEphemeral' ? generateEphemeral() : computeSessionKey(task.input)
)
