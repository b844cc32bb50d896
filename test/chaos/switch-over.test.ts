import { test } from 'tap'
import { switchOver } from './scenarios/switch-over.ts'

for (const kind of ['crash', 'documented', 'bare'] as const) {
  test(`O-13 O-14 a fail-over by sentinels (${kind}) undoes no logout`, async t => {
    const { figures, problems } = await switchOver(t, { kind, rounds: 1, processes: 2, users: 2 })
    t.same(problems, [])
    t.comment(JSON.stringify(figures))
    t.ok(Number(figures.logouts) > 0, 'there were some')
  })
}
