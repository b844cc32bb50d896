import { test } from 'tap'
import { failOver } from './scenarios/fail-over.ts'

for (const kind of ['Sentinel', 'Cluster'] as const) {
  test(`a fail-over by ${kind} under load loses no session`, async t => {
    t.same((await failOver(t, { kind, sessions: 9, processes: 1 })).problems, [])
  })
}
