/** Metrics, their documentation and the alerts made of them name the same series. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { root } from '../repo/sources.ts'
import { scrape } from '../support/metrics.ts'
import { startService } from '../support/service.ts'
import { parseYaml } from './compose-file.ts'

const read = (name: string) => readFileSync(join(root, name), 'utf8')

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string }
}

test('every series of ours is in the manual, and every one named there or in an alert exists', async t => {
  const service = await startService(t, { env: { METRICS_PORT: '0' } })
  const { text } = await scrape(service)
  const types = new Map(
    [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type])
  )
  const ours = [...types.keys()].filter(name => name.startsWith('bff_'))
  const manual = read('docs/operating.md')
  const inTable = [...manual.matchAll(/^\| `(bff_\w+)` \|/gm)].map(([, name]) => name)
  t.same(inTable.toSorted(), ours.toSorted())

  /** A histogram is asked for by its parts. */
  const exists = (name: string) =>
    types.has(name) || types.get(name.replace(/_(count|sum|bucket)$/, '')) === 'histogram'
  const named = `${manual}${read('deploy/alerts.yml')}`.match(/\b(bff|nodejs|process)_[a-z_]+\w/g)
  for (const name of new Set(named)) t.ok(exists(name), name)
})

test('alerts say how bad it is and where to read on', async t => {
  const file = parseYaml(read('deploy/alerts.yml')) as { groups: { rules: Rule[] }[] } // ours
  const rules = file.groups.flatMap(group => group.rules)
  t.ok(rules.length > 10)
  const manual = read('docs/operating.md')
  for (const { alert, expr, labels, annotations } of rules) {
    t.match(alert, /^Bff[A-Z]\w+$/)
    t.match(labels.severity, /^(page|ticket)$/, alert)
    t.ok(annotations.summary.endsWith('.'), alert)
    // Every selector has its range, every bracket its partner.
    for (const [open, close] of ['()', '{}', '[]']) {
      t.equal(expr.split(open ?? '').length, expr.split(close ?? '').length, `${alert}: ${open}`)
    }
    const [, heading] = /^"(.+)" in docs\/operating\.md/.exec(annotations.description) ?? []
    if (heading) t.match(manual, new RegExp(`^##+ ${heading}$`, 'm'), alert)
  }
})
