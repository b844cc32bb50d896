/** GET /docs: the reference page, static files that read GET /docs/json, the OpenAPI document. Both are public. */
import fastifyStatic from '@fastify/static'
import { Type } from '@sinclair/typebox'
import type { Routes } from '../src/http/typebox.ts'

export interface DocsOptions {
  /** Absolute folder of the reference page. */
  root: string
}

const page = {
  operationId: 'getReference',
  tags: ['Service'],
  summary: 'The reference page',
  produces: ['text/html'],
  // Sent as a file, not as a value.
  response: { 200: Type.Unsafe({ type: 'string', description: 'This document, for people.' }) }
}
const document = {
  operationId: 'getOpenApi',
  tags: ['Service'],
  summary: 'The OpenAPI document',
  response: { 200: Type.Unknown({ description: 'OpenAPI 3.1, as JSON.' }) }
}

const docs: Routes<DocsOptions> = async (app, { root }) => {
  await app.register(fastifyStatic, { root, prefix: '/docs/', index: false, wildcard: false })
  app.get('/docs', { schema: page }, (_request, reply) => reply.sendFile('index.html'))

  let json = ''
  // Once, when all routes are known: the document never changes while the process lives.
  app.addHook('onReady', async () => {
    json = JSON.stringify(app.openApi())
  })
  app.get('/docs/json', { schema: document }, (_request, reply) =>
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(json)
  )
}

export default docs
