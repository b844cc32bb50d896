import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'tap'
import { headLength } from '../../src/session/record.ts'
import { openedRecords } from '../../src/session/record-cache.ts'

/** Nobody looks into what comes after the head. */
const bytes = randomBytes(headLength + 100)

function flipped(at: number): Buffer {
  const changed = Buffer.from(bytes)
  changed.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  return changed
}

test('a record is remembered from the second time on, as exactly these bytes', t => {
  const lately = openedRecords<string>()
  t.teardown(() => lately.close())
  t.equal(lately.wants('a'), false)
  t.equal(lately.wants('a'), true)
  lately.add('a', bytes, 'opened')
  t.equal(lately.find('a', Buffer.from(bytes)), 'opened')
  t.equal(lately.find('a', flipped(bytes.length - 1)), undefined)
  t.equal(lately.find('a', bytes.subarray(0, -1)), undefined)
  t.equal(lately.find('b', bytes), undefined)
  lately.close()
  t.equal(lately.find('a', bytes), undefined)
  t.end()
})

test('its head is enough, whatever part of it was touched, and only of it', t => {
  const lately = openedRecords<string>()
  t.teardown(() => lately.close())
  t.equal(lately.knows('a'), false)
  lately.wants('a')
  t.equal(lately.knows('a'), false, 'wanted, not opened')
  lately.add('a', bytes, 'opened')
  t.equal(lately.knows('a'), true)
  const recalled = Array.from({ length: headLength }, (_, at) =>
    lately.recall('a', flipped(at).subarray(0, headLength))
  )
  const isSeen = (at: number) => at >= 9 && at < 17
  t.same(
    recalled,
    recalled.map((_, at) => (isSeen(at) ? 'opened' : undefined))
  )
  t.equal(lately.recall('a', bytes.subarray(0, headLength)), 'opened')
  t.equal(lately.recall('a', bytes.subarray(0, headLength - 1)), undefined)
  t.equal(lately.recall('b', bytes.subarray(0, headLength)), undefined)
  lately.outdate('a')
  t.equal(lately.knows('a'), false)
  t.equal(lately.find('a', bytes), undefined)
  t.end()
})

test('in the next generation its head is not enough until all of it was compared', t => {
  const lately = openedRecords<string>({ size: 1 })
  t.teardown(() => lately.close())
  lately.add('a', bytes, 'opened')
  lately.wants('b')
  t.equal(lately.knows('a'), false)
  t.equal(lately.recall('a', bytes.subarray(0, headLength)), undefined)
  t.equal(lately.find('a', bytes), 'opened')
  t.equal(lately.knows('a'), true)
  t.end()
})

test('it holds two generations at most, and keeps what is in use', t => {
  const lately = openedRecords<string>({ size: 4 })
  t.teardown(() => lately.close())
  for (const name of ['used', 'unused']) lately.add(name, bytes, name)
  for (let i = 0; i < 20; i++) {
    lately.wants(`other ${i}`)
    t.equal(lately.find('used', bytes), 'used')
  }
  t.equal(lately.find('unused', bytes), undefined)
  t.equal(lately.wants('other 0'), false, 'the names are forgotten, too')
  t.end()
})

test('records that are not requested are dropped', async t => {
  const lately = openedRecords<string>({ turn: 1 })
  t.teardown(() => lately.close())
  lately.add('a', bytes, 'opened')
  const looked = () => lately.wants('a')
  await wait(20)
  t.equal(looked(), false)
})
