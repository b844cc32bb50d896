/** Metrics, their documentation and the alerts made of them name the same series. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { eventNames } from '../../src/auth/events.ts'
import { errorCodes } from '../../src/errors.ts'
import { root } from '../repo/sources.ts'
import { scrape } from '../support/metrics.ts'
import { startService } from '../support/service.ts'
import { parseYaml } from './compose-file.ts'
import { metricProblems } from './deployed.ts'

const read = (name: string) => readFileSync(join(root, name), 'utf8')

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string }
}

test('O-22 every series is in the manual with its labels, and every one named there or in an alert exists', async t => {
  const service = await startService(t, { env: { METRICS_PORT: '0' } })
  const one = service.browser()
  // Some series have no sample, and so no labels, before something happens.
  await one.post('/auth/login', { email: 'demo@example.com', password: 'Wrong-Horse-9' })
  await one.login()
  await one.get('/auth/session', { headers: { 'sec-fetch-site': 'cross-site' } })
  t.same(metricProblems((await scrape(service)).text), [])
})

test('O-22 every event is in the manual, and none that does not exist', async t => {
  const manual = read('docs/operating.md')
  const [, table = ''] = /^### The events$([\s\S]*?)^## /m.exec(manual) ?? []
  const rows = [...table.matchAll(/^\| (`.+?) \|/gm)].map(([, names = '']) => names)
  const named = rows.flatMap(names => [...names.matchAll(/`([\w.]+)`/g)].map(([, name]) => name))
  t.same(named.toSorted(), [...eventNames].toSorted())
  for (const [, event = ''] of read('deploy/alerts.yml').matchAll(/event="([\w.]+)"/g)) {
    t.ok(
      eventNames.some(name => name === event),
      event
    )
  }
  for (const [, outcomes = ''] of read('deploy/alerts.yml').matchAll(/outcome=~?"([\w|]+)"/g)) {
    const known: readonly string[] = [...errorCodes, 'ok', 'succeeded', 'failed', 'refused']
    for (const outcome of outcomes.split('|')) t.ok(known.includes(outcome), outcome)
  }
})

test('O-22 lost sessions and guesses are seen by an alert, tampering is no end', async t => {
  const service = await startService(t, { env: { METRICS_PORT: '0' } })
  const one = service.browser()
  await one.login()
  await one.get('/auth/session')
  t.equal((await scrape(service)).value('bff_sessions_unknown_total'), 0)
  await one.get('/auth/session', { headers: { cookie: `bff-session-3000=${'x'.repeat(43)}` } })
  t.equal((await scrape(service)).value('bff_sessions_unknown_total'), 1)
  for (let i = 0; i < 8; i++) {
    await one.post('/auth/login', { email: 'demo@example.com', password: 'Wrong-Horse-9' })
  }
  const { value } = await scrape(service)
  const outcomes = ['invalid_credentials', 'attempt_limit_exceeded']
  const counts = outcomes.map(outcome => value('bff_logins_total', { outcome }))
  t.equal(
    counts.reduce((one, other) => one + other),
    8
  )
  t.ok((counts[1] ?? 0) > 0, 'a lock at Cognito')
  const alerts = read('deploy/alerts.yml')
  t.match(alerts, outcomes.join('|'))
  // An empty Redis or another prefix, and a wrong key: both log everybody out.
  t.match(alerts, 'increase(bff_sessions_unknown_total[5m])')
  t.match(alerts, 'bff_sessions_unreadable_total{reason="unknown_key"}')
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
