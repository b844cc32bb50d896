import { test } from 'tap'
import { bufferOrNull, integer, integers } from '../../src/redis/connection.ts'

test('replies are returned by their type', async t => {
  const bytes = Buffer.from('value')
  t.equal(bufferOrNull(bytes), bytes)
  t.equal(bufferOrNull(null), null)
  t.equal(integer(3), 3)
  t.same(integers([1, 2]), [1, 2])
})

test('replies of another type are refused, without being shown', async t => {
  const refusal = { name: 'TypeError', message: /^(?!.*secret)/ }
  t.throws(() => bufferOrNull('secret'), refusal)
  t.throws(() => integer(Buffer.from('secret')), refusal)
  t.throws(() => integers('secret'), refusal)
  t.throws(() => integers(['secret']), refusal)
})
