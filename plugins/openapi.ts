/** `app.openApi()`: the OpenAPI document of this service, made from the schemas of its routes. */
import swagger, { type SwaggerTransform } from '@fastify/swagger'
import type { RouteOptions } from 'fastify'
import plugin from 'fastify-plugin'
import { completeDocument, type Document } from '../src/http/openapi/document.ts'
import { info, tags } from '../src/http/openapi/front-matter.ts'
import { NoBody } from '../src/http/schemas.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Complete once the app is ready. Throws where a route and the table of failures disagree. */
    openApi(): object
  }
}

export default plugin(
  async (app, { https }: { https: boolean }) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info,
        tags,
        servers: [{ url: '/' }],
        components: { securitySchemes: { session: cookie(https) } }
      },
      convertConstToEnum: false,
      transform: ({ schema, url, route }) => ({ schema: documented(schema, route), url })
    })
    app.decorate('openApi', () => {
      // JSON in between: a plain copy, without the symbols of TypeBox and with nothing shared.
      const draft: Document = JSON.parse(JSON.stringify(app.swagger()))
      return completeDocument(draft)
    })
  },
  { name: 'openapi' }
)

/** What a route without an operationId does is no call of the contract: files, and refusals. */
function documented(
  schema: Parameters<SwaggerTransform>[0]['schema'] | undefined,
  { config }: RouteOptions
) {
  if (!schema?.operationId) return { hide: true }
  const { body, ...rest } = schema
  const group = config?.limit
  return {
    ...rest,
    ...(body !== NoBody && { body }),
    ...(group !== undefined && { 'x-rate-limit-group': group })
  }
}

const cookie = (https: boolean) =>
  ({
    type: 'apiKey',
    in: 'cookie',
    name: https ? '__Host-session' : 'session',
    description:
      'Set by a login. Opaque, HttpOnly, SameSite=Strict; `__Host-session` over TLS and `session` in local runs.'
  }) as const
