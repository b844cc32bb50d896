/** The type provider: routes written as `Routes` infer bodies and replies from their TypeBox schemas. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyPluginOptions } from 'fastify'

/** A route plugin. The only name for it in this project, so that moving to another provider is one file. */
export type Routes<Options extends FastifyPluginOptions = FastifyPluginOptions> =
  FastifyPluginAsyncTypebox<Options>
