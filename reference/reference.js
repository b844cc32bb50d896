/** The reference page: fetches the OpenAPI document of this service and writes it out. */
import { element, linkTo, paragraphs } from './dom.js'
import { operationView } from './operation.js'
import { schemaView } from './schema.js'

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options']
const status = document.querySelector('#status')

try {
  const answer = await fetch('/docs/json')
  if (!answer.ok) throw new Error(`/docs/json answered ${answer.status}`)
  show(await answer.json())
} catch (error) {
  status.textContent = `The document cannot be shown: ${error.message}.`
}

function show(api) {
  const calls = callsOf(api)
  const sections = api.tags
    .map(tag => ({
      ...tag,
      calls: calls.filter(({ operation }) => operation.tags.includes(tag.name))
    }))
    .filter(tag => tag.calls.length > 0)
  document.title = `${api.info.title}: API reference`
  document.querySelector('#contents').append(...contents(sections))
  status.replaceWith(
    element('h1', {}, api.info.title, ' ', element('small', {}, api.info.version)),
    element('p', { class: 'lead' }, api.info.summary),
    ...paragraphs(api.info.description),
    element('p', {}, element('a', { href: '/docs/json' }, 'The OpenAPI document')),
    ...sections.map(section => sectionView(api, section)),
    shapes(api)
  )
  addEventListener('hashchange', reveal)
  reveal()
}

/** Every method of every path. A proxy has one route for all methods: it is shown once. */
function callsOf(api) {
  return Object.entries(api.paths).flatMap(([path, item]) => {
    const all = methods
      .filter(method => item[method])
      .map(method => ({ path, method, operation: item[method] }))
    const texts = new Set(all.map(({ operation }) => operation.summary))
    if (all.length < 2 || texts.size > 1) return all
    const widest = all.find(({ method }) => method === 'post') ?? all[0]
    return [{ ...widest, method: 'any' }]
  })
}

function idOf(name) {
  return name.toLowerCase().replaceAll(' ', '-')
}

function contents(sections) {
  const lists = sections.map(({ name, calls }) =>
    element(
      'li',
      {},
      linkTo(idOf(name), name),
      element(
        'ul',
        {},
        calls.map(({ operation }) =>
          element('li', {}, linkTo(operation.operationId, operation.summary))
        )
      )
    )
  )
  return [element('ul', {}, lists, element('li', {}, linkTo('shapes', 'Shapes')))]
}

function sectionView(api, { name, description, calls }) {
  return element(
    'section',
    { id: idOf(name) },
    element('h2', {}, name),
    paragraphs(description),
    calls.map(call => operationView(api, call))
  )
}

function shapes({ components }) {
  const views = Object.entries(components.schemas).map(([name, schema]) =>
    element('article', { id: `schema-${name}` }, element('h3', {}, name), schemaView(schema))
  )
  return element('section', { id: 'shapes' }, element('h2', {}, 'Shapes'), views)
}

/** Opens the call that the address names. */
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (!target) return
  if (target.matches('details')) target.open = true
  target.scrollIntoView()
}
