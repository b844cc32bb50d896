/** Builds elements. Text from the document only ever becomes text: nothing here parses HTML. */

/** `element('p', { class: 'note' }, 'text', anotherElement)`; children that are undefined or null are left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(
    ...children
      .flat(Number.POSITIVE_INFINITY)
      .filter(child => child !== undefined && child !== null)
  )
  return made
}

/** Text in which what stands between backticks is code. */
export function inline(text) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part))
}

/** Paragraphs, as the descriptions of the document have them. */
export function paragraphs(text = '') {
  return text
    .split('\n\n')
    .filter(part => part !== '')
    .map(part => element('p', {}, inline(part)))
}

/** A link to a place on this page. */
export const linkTo = (id, ...children) => element('a', { href: `#${id}` }, ...children)
