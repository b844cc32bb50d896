/** Schemas for people: the fields of an object, one a line, with what may stand in them. */
import { element, inline, linkTo } from './dom.js'

/** @param schema a JSON schema of the document, or a reference to one of its components */
export function schemaView(schema) {
  if (schema.allOf) return schema.allOf.map(schemaView)
  const { members, isNullable } = alternatives(schema)
  if (members.length > 1) {
    const items = members.map(member => element('li', {}, schemaView(member)))
    return [element('p', {}, 'One of'), element('ul', { class: 'alternatives' }, items)]
  }
  const [only] = members
  const type = element('p', { class: 'type' }, typeOf(only), isNullable ? ' or null' : '')
  return only.properties ? [fieldList(only)] : [type]
}

function fieldList({ properties, required = [] }) {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name)
      ? ''
      : element('span', { class: 'optional' }, 'optional')
    const { members, isNullable } = alternatives(schema)
    return element(
      'li',
      {},
      element('code', { class: 'field' }, name),
      element('span', { class: 'type' }, joined(members.map(typeOf)), isNullable ? ' or null' : ''),
      optional,
      describe(members[0], schema),
      members.filter(member => member.properties).map(fieldList),
      (members[0]?.items?.properties && fieldList(members[0].items)) || null
    )
  })
  return element('ul', { class: 'fields' }, fields)
}

/** What a schema may be besides null. */
function alternatives(schema) {
  const all = schema.anyOf ?? [schema]
  const members = all.filter(member => member.type !== 'null')
  return { members, isNullable: members.length < all.length }
}

function typeOf(schema = {}) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)
    return linkTo(`schema-${name}`, name)
  }
  if ('const' in schema) return element('code', {}, JSON.stringify(schema.const))
  if (schema.enum)
    return joined(schema.enum.map(value => element('code', {}, JSON.stringify(value))))
  if (schema.type === 'array') {
    const item = schema.items?.properties ? 'object' : typeOf(schema.items)
    return element('span', {}, 'array of ', item)
  }
  return schema.type ?? 'anything'
}

function joined(parts) {
  const children = parts.flatMap((part, index) => (index === 0 ? [part] : [' or ', part]))
  return element('span', {}, ...children)
}

function describe(...schemas) {
  const described = schemas.find(schema => schema?.description)?.description
  const limits = limitsOf(schemas[0] ?? {})
  const words = [described, ...limits].filter(Boolean).join('; ')
  return words === '' ? null : element('span', { class: 'note' }, inline(words))
}

function limitsOf({ minLength, maxLength, maxItems, examples }) {
  return [
    minLength > 1 && `at least ${minLength} characters`,
    maxLength && `at most ${maxLength} characters`,
    maxItems && `at most ${maxItems} items`,
    examples && `for example \`${examples[0]}\``
  ]
}
