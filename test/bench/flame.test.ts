/** The flame graphs of docs/performance.md. */
import { test } from 'tap'
import { type CpuProfile, frames, shares } from '../../bench/cpu-profile.ts'
import { flameGraph } from '../../bench/report/flame.ts'

const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
  id,
  callFrame: { functionName, url, lineNumber: 0 },
  children
})

/** One sample at the start, then 10 of 100 us each: 6 in the leaf, 2 in its caller, 1 native, 1 idle. */
const profile: CpuProfile = {
  nodes: [
    node(1, '(root)', '', [2, 5, 6]),
    node(2, 'hook', 'file:///x/node_modules/fastify/hooks.js', [3]),
    node(3, 'answer', 'file:///x/dist/routes/a.js', [4]),
    node(4, 'a < b', 'file:///x/dist/src/b.js'),
    node(5, 'writev', ''),
    node(6, '(idle)', '')
  ],
  samples: [5, 4, 4, 4, 4, 4, 4, 3, 3, 5, 6],
  timeDeltas: [1000, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100]
}

test('shares are those of the time that is neither idle nor before the load', async t => {
  const { packages, functions } = shares(profile, 1000)
  t.match(functions[0], { where: /^a < b /, percent: 66.7 })
  t.match(packages.slice(1, 3), [
    { where: 'routes/a.js', percent: 22.2 },
    { where: 'writev', percent: 11.1 }
  ])
})

test('the tree adds up', async t => {
  const root = frames(profile, 1000)
  t.equal(root.time, 900)
  const [hook, writev, idle] = root.children
  t.match(hook, { name: 'hook fastify', owner: 'other', time: 800 })
  t.match(hook?.children[0], { owner: 'ours', time: 800, children: [{ time: 600 }] })
  t.match([writev?.time, idle?.time], [100, 0])
})

test('a flame is as wide as its time, and what only calls another is left out', async t => {
  const drawn = flameGraph('t', frames(profile, 1000))
  const widthOf = (name: string) =>
    Number(new RegExp(`<title>${name}[^>]*>\\s*<rect[^>]* width="([\\d.]+)"`).exec(drawn)?.[1]) + 1
  t.equal(Math.round((widthOf('a &lt; b') / widthOf('answer')) * 100), 75)
  t.match(drawn, 'answer routes/a.js: 88.9 %')
  t.notMatch(drawn, 'hook fastify')
  t.notMatch(drawn, '(idle)')
})
