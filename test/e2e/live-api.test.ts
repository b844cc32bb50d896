/** What a page does with the API besides fetch, against the echo API of the local Cognito. */
import { test } from 'tap'
import { noBrowser } from './support/chromium.ts'
import { startStack } from './support/stack.ts'

test('an image, a download, a stream and a socket', { skip: noBrowser }, async t => {
  const { person } = await startStack(t)
  const ann = await person()
  await ann.comesIn()
  await ann.go('/call')
  const image = ann.page.getByRole('img', { name: 'A green sign: from the API' })
  await image.waitFor()
  await ann.page.waitForFunction("document.querySelector('main img').naturalWidth > 0")

  const downloading = ann.page.waitForEvent('download')
  await ann.follow('Download a file')
  t.equal((await downloading).suggestedFilename(), 'report.csv')

  await ann.click('Open the stream')
  await ann.reads('tick 1')
  await ann.reads('tick 2')

  await ann.click('Open the socket')
  await ann.reads('Connected.')
  await ann.click('Send “hello”')
  await ann.reads('The API answers: hello')

  const other = await ann.newTab('/')
  await other.click('Log out')
  await ann.sees('Log in')
})
