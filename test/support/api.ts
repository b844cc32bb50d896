/** An API of the test's own making behind the service, and somebody who is logged in. */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { startService } from './service.ts'

/** `UPSTREAM` in API_ROUTES stands for the API. Somebody logged in to a service whose API answers by `handler`, and what that service logs. */
export async function beforeApi(
  t: Test,
  handler: RequestListener,
  env: Readonly<Record<string, string>> = {}
) {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.closeAllConnections())
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo // a TCP server has one
  const upstream = `http://127.0.0.1:${port}`
  const routes = env.API_ROUTES?.replaceAll('UPSTREAM', upstream)
  const { app, browser, cognito, logs } = await startService(t, {
    env: { ...env, ...(routes === undefined ? { API_UPSTREAM: upstream } : { API_ROUTES: routes }) }
  })
  const one = browser()
  await one.login()
  return { app, cognito, server, one, browser, logs }
}
