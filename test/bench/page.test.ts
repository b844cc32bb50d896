/** The measured part of docs/performance.md, and its place in the page. */
import { test } from 'tap'
import { page } from '../../bench/report/page.ts'
import { between } from '../../bench/report/report.ts'
import { reader } from '../../bench/report/results.ts'

test('the page shows every picture it makes, and no other', async t => {
  const { text, pictures = {} } = page(reader())
  const shown = [...text.matchAll(/\(performance\/([^)]+)\)/g)].map(([, file]) => file)
  t.same(shown.toSorted(), Object.keys(pictures).toSorted())
  t.notMatch(text, /undefined|NaN/)
})

test('a page without results says so for every section', async t => {
  const { text, pictures } = page(() => undefined)
  t.match(text, '| session | never |')
  t.same(pictures, {})
})

test('what people wrote around the measured part stays', async t => {
  const document = 'before\n<!-- measured: begin -->old<!-- measured: end -->\nafter'
  t.equal(
    between(document, 'new'),
    'before\n<!-- measured: begin -->\n\nnew\n\n<!-- measured: end -->\nafter'
  )
})

test('a page that has lost its marks is left alone', async t => {
  t.throws(() => between('before <!-- measured: begin --> after', 'new'), /needs/)
})
