import { test } from 'tap'
import { startService } from '../support/service.ts'

const bare = { headers: { 'x-csrf': undefined } }
const files = ['reference.js', 'operation.js', 'schema.js', 'dom.js', 'reference.css']

test('the document and its page need no session and no header, and set no cookie', async t => {
  const { browser } = await startService(t)
  for (const [path, type] of [
    ['/docs', 'text/html'],
    ['/docs/json', 'application/json']
  ] as const) {
    const answer = await browser().get(path, bare)
    t.equal(answer.status, 200, path)
    t.match(answer.headers['content-type'], type)
    t.same(answer.cookies, [])
  }
})

test('the page keeps to a policy without exceptions', async t => {
  const { browser } = await startService(t)
  const { headers, text } = await browser().get('/docs', bare)
  const spa = await browser().get('/', { headers: { accept: 'text/html' } })
  const policy = headers['content-security-policy']
  t.equal(policy, spa.headers['content-security-policy'], 'the same as for the rest')
  t.match(policy, "default-src 'none'")
  t.notMatch(policy, /unsafe|https?:|\*/)
  t.notMatch(text, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i, 'nothing inline')
  t.notMatch(text, /(?:src|href)="(?!\/docs\/|data:,")/, 'nothing from elsewhere')
})

test('the files of the page exist, parse no HTML and load nothing else', async t => {
  const { browser } = await startService(t)
  for (const file of files) {
    const answer = await browser().get(`/docs/${file}`, bare)
    t.equal(answer.status, 200, file)
    t.match(answer.headers['content-type'], file.endsWith('.css') ? 'text/css' : 'javascript')
    t.notMatch(answer.text, /innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|https?:/)
    for (const [, imported = ''] of answer.text.matchAll(/from '\.\/([^']+)'/g)) {
      t.ok(files.includes(imported), imported)
    }
  }
})
