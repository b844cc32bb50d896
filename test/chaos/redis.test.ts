import { test } from 'tap'
import { redisFaults } from './redis-faults.ts'
import { redisMidRefresh } from './scenarios/redis-mid-refresh.ts'
import { redisOutage } from './scenarios/redis-outage.ts'

for (const fault of redisFaults.filter(({ isEssential }) => isEssential)) {
  test(`O-01 Redis ${fault.name}`, async t => {
    const options = { fault, processes: 1, lasts: 1000, atOnce: 2, isTimed: false }
    t.same((await redisOutage(t, options)).problems, [])
  })
}

test('Redis goes away between Cognito’s rotation and the write, for longer than a lease', async t => {
  t.same((await redisMidRefresh(t, { rounds: 1, lasts: 4000 })).problems, [])
})
