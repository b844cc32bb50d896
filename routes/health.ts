/** GET /healthz: the process answers. GET /readyz: it can serve sessions. */
import { Type } from '@sinclair/typebox'
import { problems } from '../src/http/schemas.ts'
import type { Routes } from '../src/http/typebox.ts'

const Status = Type.Object({ status: Type.Literal('ok') })
const schema = { response: { '2xx': Status, ...problems } }

const health: Routes = async app => {
  // Probes come every few seconds: they would only bury the log.
  const quiet = { schema, logLevel: 'warn' } as const
  app.get('/healthz', quiet, async () => ({ status: 'ok' as const }))
  app.get('/readyz', quiet, async () => {
    await app.store.ping()
    return { status: 'ok' as const }
  })
}

export default health
