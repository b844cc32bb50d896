/** Bodies near the limit of 64 KiB that are made to cost work, at every call that takes one. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import { test } from 'tap'
import { mostValues } from '../../src/http/bodies.ts'
import { collectRoutes } from '../support/routes.ts'
import { startService } from '../support/service.ts'

type Schema = Readonly<Record<string, unknown>>

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null

/** Every call with a schema for its body. Those of a photo are not found here, as no bucket is configured. */
async function callsWithBody<T>(build: () => Promise<T>) {
  const { built, routes } = await collectRoutes(build)
  const calls = routes.flatMap(({ method, url, schema }) => {
    const body = schema?.body
    const isRead = isSchema(body) && 'type' in body && url !== '/auth/profile/photo'
    return isRead ? [{ name: `${method} ${url}`, method, url, body }] : []
  })
  return { built, calls }
}

/** A schema and all that are inside it, each with its path. */
function parts(schema: unknown, path: string): { path: string; schema: Schema }[] {
  if (!isSchema(schema)) return []
  const { properties, patternProperties, items } = schema
  const inside = {
    ...toObject(properties),
    ...toObject(patternProperties),
    ...(items ? { items } : {})
  }
  const found = Object.entries(inside).flatMap(([name, part]) => parts(part, `${path}.${name}`))
  return [{ path, schema }, ...found]
}

const toObject = (value: unknown) => (isSchema(value) ? value : {})

test('what a schema asks of a body can be checked in one pass over it', async t => {
  const { calls } = await callsWithBody(() => startService(t))
  t.ok(calls.length >= 15, `${calls.length} calls`)
  // The first compares all with all; the others report whatever each of their branches has to say.
  const dear = ['uniqueItems', 'contains', 'anyOf', 'oneOf', 'allOf', 'not', 'if', '$ref']
  for (const { path, schema } of calls.flatMap(({ name, body }) => parts(body, name))) {
    t.same(
      dear.filter(keyword => keyword in schema),
      [],
      path
    )
    const types = [schema.type].flat()
    if (types.includes('object')) t.equal(schema.additionalProperties, false, path)
    if (types.includes('array')) t.type(schema.maxItems, 'number', path)
    if (!types.includes('string') || schema.enum) continue
    t.type(schema.maxLength, 'number', path)
    t.match(
      schema.pattern,
      /^\^[^()]*\$$/,
      `${path}: from end to end, without groups to try in turn`
    )
  }
})

/** As text: the depth is more than JSON.stringify can take. */
const hostile: [title: string, value: string][] = [
  ['numbers', list(12_000, String)],
  ['arrays', list(9000, i => `[${i}]`)],
  ['unknown fields', fields(6000)],
  ['objects of unknown fields', list(700, () => fields(8))],
  ['depth', '['.repeat(30_000) + ']'.repeat(30_000)],
  ['a long string', `"${'a'.repeat(64_000)}"`],
  ['a long string of what is refused', `"${'\u0085'.repeat(32_000)}"`],
  ['as many unknown fields as are looked at', fields(mostValues - 1)],
  ['as many items as are looked at', list(mostValues - 1, String)]
]

function list(count: number, item: (i: number) => string): string {
  return `[${Array.from({ length: count }, (_, i) => item(i))}]`
}

function fields(count: number): string {
  return `{${Array.from({ length: count }, (_, i) => `"f${i}":1`)}}`
}

test('no body makes AJV find more than a few flaws for each value that is looked at', async t => {
  const found: number[] = []
  const watch = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance } // the channel's own form
    fastify.addHook('onError', async (_request, _reply, error) => {
      found.push(error.validation?.length ?? 0)
    })
  }
  subscribe('fastify.initialization', watch)
  t.teardown(() => unsubscribe('fastify.initialization', watch))
  const { built, calls } = await callsWithBody(() => startService(t))
  const one = built.browser()
  await one.login()
  for (const { name, method, url, body } of calls) {
    for (const [title, value] of hostile) {
      const names = Object.keys(toObject(body.properties))
      for (const raw of [value, ...names.map(field => `{"${field}":${value}}`)]) {
        const answer = await one.call(method, url, { raw })
        const place = `${name}: ${title}, ${raw.slice(0, 20)}`
        t.match([answer.status, answer.json.code], [400, 'invalid_request'], place)
        t.ok(answer.json.errors.length > 0 && answer.json.errors.length <= 20, place)
        t.ok(answer.text.length < 5000, place)
      }
    }
  }
  t.ok(found.length > 300, `${found.length} refusals`)
  t.ok(Math.max(...found) >= mostValues, 'AJV was asked')
  t.ok(Math.max(...found) <= 2 * mostValues, `${Math.max(...found)} violations at most`)
})
