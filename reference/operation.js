/** One call of the document: what it wants, and everything it can answer. */
import { element, inline, paragraphs } from './dom.js'
import { schemaView } from './schema.js'

/** @param api the whole document, for what the operation refers to */
export function operationView(api, { path, method, operation }) {
  const { operationId, summary, description } = operation
  return element(
    'details',
    { class: 'operation', id: operationId },
    element(
      'summary',
      {},
      element('span', { class: `method ${method}` }, method.toUpperCase()),
      element('code', { class: 'path' }, path),
      element('span', { class: 'summary' }, summary)
    ),
    paragraphs(description),
    needs(api, operation),
    requestView(operation),
    element('h4', {}, 'Answers'),
    answers(api, operation)
  )
}

function needs(api, { security = [], parameters = [], 'x-rate-limit-group': group }) {
  const { name } = api.components.securitySchemes.session
  const required = security.length > 0 && security.every(entry => 'session' in entry)
  const items = [
    required && element('li', {}, 'cookie ', element('code', {}, name)),
    ...parameters.map(parameter => parameterView(resolve(api, parameter))),
    group && element('li', {}, 'rate limits of the group ', element('code', {}, group))
  ].filter(Boolean)
  return items.length > 0 && [element('h4', {}, 'Needs'), element('ul', {}, items)]
}

function parameterView({ name, in: place, schema, description }) {
  const value = schema?.const === undefined ? name : `${name}: ${schema.const}`
  const words = description && element('span', { class: 'note' }, inline(description))
  return element('li', {}, `${place} `, element('code', {}, value), words)
}

function requestView({ requestBody }) {
  if (!requestBody) return null
  const types = Object.keys(requestBody.content)
  const { schema } = requestBody.content[types[0]]
  return [element('h4', {}, 'Body ', element('small', {}, types.join(', '))), schemaView(schema)]
}

function answers(api, { responses }) {
  const rows = Object.entries(responses).map(([status, given]) => {
    const response = resolve(api, given)
    const [type, media] = Object.entries(response.content ?? {})[0] ?? []
    const isProblem = type === 'application/problem+json'
    return element(
      'div',
      { class: isProblem ? 'answer problem' : 'answer' },
      element('dt', {}, status),
      element(
        'dd',
        {},
        isProblem ? problemView(api, media) : element('p', {}, inline(response.description)),
        media && !isProblem && type === 'application/json' ? schemaView(media.schema) : null,
        headerView(response)
      )
    )
  })
  return element('dl', { class: 'answers' }, rows)
}

function problemView(api, { examples }) {
  const rows = Object.entries(examples).map(([code, example]) =>
    element('li', {}, element('code', {}, code), ' ', resolve(api, example).value.detail)
  )
  return element('ul', { class: 'codes' }, rows)
}

function headerView({ headers }) {
  if (!headers) return null
  const names = Object.keys(headers).map(name => element('code', {}, name))
  return element(
    'p',
    { class: 'headers' },
    'Headers: ',
    names.flatMap(name => [name, ' '])
  )
}

/** Follows a reference inside the document. */
function resolve(api, value) {
  if (!value.$ref) return value
  return value.$ref
    .split('/')
    .slice(1)
    .reduce((node, key) => node[key], api)
}
