import { test } from 'tap'
import { shareTitled } from '../../src/http/openapi/document.ts'

test('a schema with a title becomes a component, those inside it first', async t => {
  const user = { title: 'User', type: 'object', properties: { sub: { type: 'string' } } }
  const found = new Map<string, unknown>()
  const session = { title: 'Session', type: 'object', properties: { user } }
  t.same(shareTitled([session, user], found), [
    { $ref: '#/components/schemas/Session' },
    { $ref: '#/components/schemas/User' }
  ])
  t.same(found.get('Session'), {
    type: 'object',
    properties: { user: { $ref: '#/components/schemas/User' } }
  })
  t.same([...found.keys()].toSorted(), ['Session', 'User'])
})

test('a property called title is none', async t => {
  const problem = { type: 'object', properties: { title: { type: 'string' } } }
  t.same(shareTitled(problem, new Map()), problem)
})

test('two different schemas of one title are an error', async t => {
  const twice = [
    { title: 'User', type: 'object' },
    { title: 'User', type: 'string' }
  ]
  t.throws(() => shareTitled(twice, new Map()), {
    message: /two different schemas are called User/
  })
})

test('a union of constant strings becomes an enum, any other stays', async t => {
  const medium = { anyOf: [{ const: 'EMAIL' }, { const: 'SMS' }], description: 'how' }
  const named = { type: 'string', enum: ['EMAIL', 'SMS'], description: 'how' }
  t.same(shareTitled(medium, new Map()), named)
  const nullable = { anyOf: [{ const: 'EMAIL' }, { type: 'null' }] }
  t.same(shareTitled(nullable, new Map()), nullable)
})
