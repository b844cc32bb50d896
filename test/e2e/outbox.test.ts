/** In a local run the codes are one click away; nowhere else does the page speak of an outbox. */
import { test } from 'tap'
import { noBrowser } from './support/chromium.ts'
import { startStack } from './support/stack.ts'

const outbox = 'Read the code in the local mailbox'

test('a local run shows the way to the outbox', { skip: noBrowser }, async t => {
  const { cognito, person } = await startStack(t)
  const ann = await person()
  await ann.go('/forgot')
  await ann.fill({ Email: 'demo@example.com' })
  await ann.click('Send the code')
  const link = ann.link(outbox)
  await link.waitFor()
  const address = await link.getAttribute('href')
  t.equal(address, `${cognito.url}/_local/messages?to=demo%40example.com`)
  t.match(await (await fetch(address ?? '')).text(), await cognito.code('demo@example.com'))
})

test('with a pool of its own the page says nothing of an outbox', { skip: noBrowser }, async t => {
  const { person } = await startStack(t, {
    COGNITO_REGION: 'us-east-1',
    COGNITO_USER_POOL_ID: 'us-east-1_Local0001',
    COGNITO_CLIENT_ID: 'localclient0000000000000001'
  })
  const ann = await person()
  await ann.go('/forgot')
  await ann.fill({ Email: 'demo@example.com' })
  await ann.click('Send the code')
  await ann.field('Code').waitFor()
  t.equal(await ann.link(outbox).count(), 0)
})
