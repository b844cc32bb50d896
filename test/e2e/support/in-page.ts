/** What runs inside the page. As text: the tests are compiled for Node, which knows no `document`. */

/** The name of what has the focus: its label, else its words. */
export const focusedName = `(() => {
  const { activeElement } = document
  const label = activeElement.labels?.[0]
  return ((label ?? activeElement)?.textContent ?? '').trim()
})()`

/** Everything a script of the page can read that outlives or leaves a view. */
export const readableState = `(async () => JSON.stringify({
  cookie: document.cookie,
  local: { ...localStorage },
  session: { ...sessionStorage },
  databases: (await indexedDB.databases()).map(database => database.name),
  caches: await caches.keys(),
  history: history.state,
  name: window.name,
  html: document.documentElement.outerHTML
}))()`

/** Width of the profile photo as the browser has decoded it; 0 where it could not. */
export const photoWidth = `(async () => {
  const image = document.querySelector('.photo img')
  await image.decode().catch(() => undefined)
  return image.naturalWidth
})()`

/** Whether one has to scroll sideways. */
export const isTooWide = 'document.documentElement.scrollWidth > innerWidth'
