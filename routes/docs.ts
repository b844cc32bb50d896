/** GET /docs: the reference page, static files that read GET /docs/json, the OpenAPI document. Both are public. */
import fastifyStatic from '@fastify/static'
import { Type } from '@sinclair/typebox'
import type { Routes } from '../src/http/schemas.ts'

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
  response: { 200: Type.Unsafe({ type: 'string', description: 'This document as HTML.' }) }
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

  // Once, when somebody asks: it never changes while the process lives, and a start need not wait for it.
  let json: string | undefined
  app.get('/docs/json', { schema: document }, async (_request, reply) => {
    json ??= JSON.stringify(await app.openApi())
    return reply
      .header('cache-control', 'no-cache')
      .type('application/json; charset=utf-8')
      .send(json)
  })
}

export default docs
