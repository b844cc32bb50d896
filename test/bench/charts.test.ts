/** The charts of docs/performance.md. */
import { test } from 'tap'
import { barChart } from '../../bench/report/bars.ts'
import { lineChart } from '../../bench/report/lines.ts'

const chart = {
  title: 'a < b',
  x: { label: 'sessions', isLog: true },
  y: { label: 'requests a second' },
  lines: [
    {
      name: 'service & more',
      points: [
        { x: 1e3, y: 100 },
        { x: 1e4, y: 50 },
        { x: 1e6, y: 100 }
      ]
    }
  ]
}

const numbers = (text: string | undefined) => (text ?? '').split(/[ ,]/).map(Number)

test('a logarithmic axis gives each power of ten the same room', async t => {
  const drawn = lineChart(chart)
  const [x1 = 0, , x2 = 0, , x3 = 0] = numbers(/points="([^"]+)"/.exec(drawn)?.[1])
  t.equal(Math.round(x3 - x2), Math.round(2 * (x2 - x1)))
  for (const tick of ['1,000', '10,000', '100,000', '1,000,000']) t.match(drawn, `>${tick}</text>`)
})

test('another axis begins at nought, so that heights can be compared', async t => {
  const [, y1 = 0, , y2 = 0] = numbers(/points="([^"]+)"/.exec(lineChart(chart))?.[1])
  const [ground = 0] = numbers(/y="(\d+)" text-anchor="end">0</.exec(lineChart(chart))?.[1])
  t.equal(Math.round(ground - 4 - y1), Math.round(2 * (ground - 4 - y2)))
})

test('axes and lines are named, and names cannot break the picture', async t => {
  const drawn = lineChart(chart)
  t.match(drawn, '>sessions</text>')
  t.match(drawn, '>requests a second</text>')
  t.match(drawn, 'service &amp; more')
  t.match(drawn, '<title>a &lt; b</title>')
  t.notMatch(drawn, /NaN|Infinity/)
})

test('a chart of one value can be drawn', async t => {
  const lines = [{ name: 'one', points: [{ x: 100, y: 7 }] }]
  t.notMatch(lineChart({ ...chart, lines }), /NaN|Infinity/)
})

test('charts have colours of their own on dark pages', async t => {
  t.match(lineChart(chart), 'prefers-color-scheme: dark')
  t.match(barChart('bars', 'us', [{ name: 'service', value: 1 }]), 'prefers-color-scheme: dark')
})
