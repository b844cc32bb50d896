import { test } from 'tap'
import { clients } from './scenarios/clients.ts'

test('S-09 whatever two clients do at two processes, nothing comes back and nothing is lost', async t => {
  const { figures, problems } = await clients(t, { runs: 40, seed: 4 })
  t.same(problems, [])
  t.equal(figures.runs, 40)
})
