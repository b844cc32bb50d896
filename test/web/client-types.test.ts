/** The typed client against the service's own OpenAPI document: types, names and codes agree. */
import { readFile } from 'node:fs/promises'
import { test } from 'tap'
import { createClient } from '../../packages/client/src/client.ts'
import { buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/config.ts'

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { operationId: string }>>>>
}

const folder = new URL('../../../packages/client/', import.meta.url)

async function documentOf(t: { teardown(step: () => unknown): void }) {
  const app = await buildApp(loadConfig({ LOG_LEVEL: 'silent' }))
  t.teardown(() => app.close())
  await app.ready()
  return (await app.openApi()) as OpenApi // the service's own, of which this is what is looked at
}

test('the types are those of the document: npm run client:types makes them', async t => {
  const document = await documentOf(t)
  const { typesOf } = await import(new URL('generate.mjs', folder).href)
  t.equal(await readFile(new URL('src/openapi.ts', folder), 'utf8'), typesOf(document))
})

test('every call under /auth has its method, by its operationId', async t => {
  const { paths } = await documentOf(t)
  const client = createClient()
  t.teardown(client.close)
  const operations = Object.entries(paths)
    .filter(([path]) => path.startsWith('/auth/'))
    .flatMap(([, item]) => Object.values(item))
  t.ok(operations.length > 20, 'the calls are found')
  const missing = operations.filter(({ operationId }) => !(operationId in client))
  t.same(missing, [])
})
