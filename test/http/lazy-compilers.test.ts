/** Schemas that are compiled when their route is first called: what that must not change. */
import Fastify from 'fastify'
import { test } from 'tap'
import { lazyCompilers } from '../../src/http/lazy-compilers.ts'
import { collectRoutes } from '../support/routes.ts'
import { startService } from '../support/service.ts'

const lazy = () => Fastify({ schemaController: { compilersFactory: lazyCompilers } })
const body = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string', maxLength: 5 } }
}

test('bodies are validated, and each result has its own errors', async t => {
  const app = lazy()
  t.teardown(() => app.close())
  app.post('/', { schema: { body } }, async () => 'right')
  const answer = async (payload: object) =>
    (await app.inject({ method: 'POST', url: '/', payload })).json()
  t.match(await answer({}), { message: /required property 'name'/ })
  t.match(await answer({ name: 'Hildegard' }), { message: /more than 5/ })
  t.equal(
    (await app.inject({ method: 'POST', url: '/', payload: { name: 'Hilda' } })).body,
    'right'
  )
  t.match(await answer({}), { message: /required property 'name'/ })
})

test('answers hold what their schema names, and no more', async t => {
  const app = lazy()
  t.teardown(() => app.close())
  const response = { 200: { type: 'object', properties: { name: { type: 'string' } } } }
  app.get('/', { schema: { response } }, async () => ({ name: 'Hilda', secret: 'x' }))
  for (let i = 0; i < 2; i++) t.same((await app.inject('/')).json(), { name: 'Hilda' })
})

test('nothing is compiled before the first call, and what cannot be lets nothing through', async t => {
  const app = lazy()
  t.teardown(() => app.close())
  app.post('/', { schema: { body: { type: 'no such type' } } }, async () => 'let through')
  await app.ready()
  const { statusCode, body: text } = await app.inject({
    method: 'POST',
    url: '/',
    payload: { name: 1 }
  })
  t.equal(statusCode, 500)
  t.notMatch(text, 'let through')
})

test('every schema of the service can be compiled', async t => {
  const { routes } = await collectRoutes(() =>
    startService(t, { env: { API_UPSTREAM: 'http://127.0.0.1:9' } })
  )
  const eager = Fastify({ exposeHeadRoutes: false, ajv: { customOptions: { allErrors: true } } })
  t.teardown(() => eager.close())
  const schemas = routes.flatMap(({ schema }) => (schema ? [schema] : []))
  t.ok(schemas.length > 25)
  schemas.forEach((schema, i) => {
    eager.post(`/${i}`, { schema }, async () => undefined)
  })
  await t.resolves(Promise.resolve(eager.ready()))
})
