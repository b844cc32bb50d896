/** `app.openApi()`: the OpenAPI document of this service, made from the schemas of its routes. */
import type { SwaggerTransform } from '@fastify/swagger'
import Fastify, { type RouteOptions } from 'fastify'
import plugin from 'fastify-plugin'
import { sessionCookieName } from '../src/http/fastify-session.ts'
import { lazyCompilers } from '../src/http/lazy-compilers.ts'
import { completeDocument, type Document, info, tags } from '../src/http/openapi/document.ts'
import { NoBody } from '../src/http/schemas.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Complete once the app is ready. Rejects where a route and the table of failures disagree. */
    openApi(): Promise<object>
  }
}

export default plugin(
  async (app, { publicOrigin }: { publicOrigin: string }) => {
    const routes: RouteOptions[] = []
    app.addHook('onRoute', route => {
      // Fastify adds a HEAD to every GET. Files and refusals are no calls of the contract, and have neither name.
      const isDocumented = route.schema?.operationId || route.config?.swaggerTransform
      if (isDocumented && route.method !== 'HEAD') routes.push(route)
    })
    app.decorate('openApi', async () => {
      // JSON in between: a plain copy, without the symbols of TypeBox and with nothing shared.
      const draft: Document = JSON.parse(JSON.stringify(await draftOf(routes, publicOrigin)))
      return completeDocument(draft)
    })
  },
  { name: 'openapi' }
)

/**
 * The routes once more, for @fastify/swagger to collect: it and its YAML parser are loaded when the document
 * is requested, not at each start.
 */
async function draftOf(routes: readonly RouteOptions[], publicOrigin: string): Promise<object> {
  const { default: swagger } = await import('@fastify/swagger')
  const copy = Fastify({
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: lazyCompilers }
  })
  await copy.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info,
      tags,
      servers: [{ url: '/' }],
      components: { securitySchemes: { session: cookie(publicOrigin) } }
    },
    convertConstToEnum: false,
    transform: ({ schema, url, route }) => ({ schema: documented(schema, route), url })
  })
  for (const { method, url, schema, config = {} } of routes) {
    copy.route({ method, url, ...(schema && { schema }), config, handler: async () => undefined })
  }
  await copy.ready()
  const draft = copy.swagger()
  await copy.close()
  return draft
}

function documented(schema: Parameters<SwaggerTransform>[0]['schema'], { config }: RouteOptions) {
  const { body, ...rest } = schema
  const group = config?.limit
  return {
    ...rest,
    ...(body !== NoBody && { body }),
    ...(group !== undefined && { 'x-rate-limit-group': group })
  }
}

const cookie = (publicOrigin: string) =>
  ({
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookieName(publicOrigin),
    description:
      "Set by a login. Opaque, HttpOnly, SameSite=Strict; `__Host-Http-session` over TLS, `bff-session` over plain HTTP; a port that is not the scheme's own is appended."
  }) as const
