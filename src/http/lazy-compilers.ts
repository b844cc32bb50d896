/**
 * Fastify's own compilers of schemas, put to work when a route is first called instead of at the start: to
 * compile all that there is takes as long as all else that Fastify does then, and few routes are called at once.
 */
import { createRequire } from 'node:module'
import type Ajv from '@fastify/ajv-compiler'
import type FastJson from '@fastify/fast-json-stringify-compiler'

/** At once, as `import` cannot. */
const load = createRequire(import.meta.url)

type Validate =
  ReturnType<Ajv.BuildCompilerFromPool> extends (...given: never) => infer V ? V : never

/** For Fastify's `schemaController.compilersFactory`. A schema that cannot be compiled fails its calls. */
export const lazyCompilers = {
  buildValidator(...given: Parameters<Ajv.BuildCompilerFromPool>) {
    const compiler = once(() => {
      const { AjvCompiler }: typeof Ajv = load('@fastify/ajv-compiler')
      return AjvCompiler()(...given)
    })
    return (...route: Parameters<ReturnType<Ajv.BuildCompilerFromPool>>) => {
      const compiled = once(() => compiler()(...route))
      const validate: { (data: unknown): unknown; errors?: Validate['errors'] } = data => {
        const validator = compiled()
        const isValid = validator(data)
        validate.errors = validator.errors
        return isValid
      }
      return validate as Validate // Fastify calls it, then reads `errors`: of AJV's functions it uses no more
    }
  },

  buildSerializer(...given: Parameters<FastJson.SerializerFactory>) {
    const compiler = once(() => {
      const { SerializerSelector }: typeof FastJson = load('@fastify/fast-json-stringify-compiler')
      return SerializerSelector()(...given)
    })
    return (...route: Parameters<FastJson.SerializerCompiler>) => {
      const serialize = once(() => compiler()(...route))
      return (data: unknown) => serialize()(data)
    }
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
