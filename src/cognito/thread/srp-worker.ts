/** The thread that does SRP's arithmetic; its other end is srp-thread.ts. */

import { begin, sessionKey } from '../srp/srp.ts'
import { serve } from './serve.ts'
import type { SrpResult, SrpTask } from './srp-thread.ts'

serve<SrpTask, SrpResult>(task => (task.step === 'begin' ? begin() : sessionKey(task.input)))
