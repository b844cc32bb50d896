/**
 * `npm run client:types`: makes src/openapi.ts from the service's OpenAPI document, in the form that
 * openapi-typescript gives it. That tool itself needs TypeScript 5 and writes all of the document, 88 kB;
 * this writes what the client uses: what each call under /auth takes, and what it answers when it succeeds.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/**
 * The source text for a document, formatted.
 * @param {any} document OpenAPI 3.1
 */
export function typesOf(document) {
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) => `${name}: ${typeOf(schema, true)}`
  )
  const paths = Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/auth/'))
    .map(([path, item]) => `'${path}': {\n${operations(item).join('\n')}\n}`)
  return format(`/** What the service takes and answers: made by generate.mjs from its OpenAPI document. Do not edit. */

export interface components { schemas: {\n${schemas.join('\n')}\n} }

export interface paths {\n${paths.join('\n')}\n}
`)
}

function operations(item) {
  return Object.entries(item).map(([method, { summary, requestBody, responses }]) => {
    const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'))
    const body = requestBody ? content(requestBody) : 'never'
    const answered = answers.map(([status, response]) => `${status}: ${content(response)}`)
    return `/** ${summary} */\n${method}: { requestBody${requestBody ? '' : '?'}: ${body}, responses: {${answered}} }`
  })
}

function content({ content: types }) {
  if (!types) return '{ content?: never }'
  const entries = Object.entries(types).map(
    ([type, { schema }]) => `'${type}': ${type.startsWith('image/') ? 'Blob' : typeOf(schema)}`
  )
  return `{ content: {${entries}} }`
}

/** Throws for what no schema of the service has had so far: better than a wrong type. */
function typeOf(schema, isDocumented = false) {
  if (schema.$ref) return `components['schemas']['${schema.$ref.split('/').at(-1)}']`
  if (schema.anyOf) return schema.anyOf.map(one => typeOf(one, isDocumented)).join(' | ')
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(' | ')
  if (Array.isArray(schema.type)) {
    return schema.type.map(type => typeOf({ ...schema, type }, isDocumented)).join(' | ')
  }
  switch (schema.type) {
    case 'object':
      return objectType(schema, isDocumented)
    case 'array':
      return `(${typeOf(schema.items, isDocumented)})[]`
    case 'integer':
      return 'number'
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return schema.type
    default:
      throw new Error(`no type for ${JSON.stringify(schema)}`)
  }
}

function objectType(
  { properties, required = [], additionalProperties, patternProperties },
  isDocumented
) {
  const others = additionalProperties || Object.values(patternProperties ?? {})[0]
  if (!properties) return `Record<string, ${others ? typeOf(others) : 'never'}>`
  const fields = Object.entries(properties).map(([name, schema]) => {
    const words =
      isDocumented && schema.description ? `/** ${capital(schema.description)}. */\n` : ''
    return `${words}${name}${required.includes(name) ? '' : '?'}: ${typeOf(schema, isDocumented)}`
  })
  return `{\n${fields.join('\n')}\n}`
}

const capital = text => text.charAt(0).toUpperCase() + text.slice(1)

function format(text) {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')
  const args = [biome, 'format', '--stdin-file-path=openapi.ts']
  const { stdout, stderr } = spawnSync(process.execPath, args, { input: text, encoding: 'utf8' })
  if (!stdout) throw new Error(`the types could not be formatted: ${stderr}`)
  return stdout
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file = join(here, '../../dist/openapi.json')] = process.argv.slice(2)
  writeFileSync(join(here, 'src/openapi.ts'), typesOf(JSON.parse(readFileSync(file, 'utf8'))))
}
