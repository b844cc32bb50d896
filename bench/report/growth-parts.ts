/** Parts of the page on load that lasts and data that grows. */
import type { ConcurrencyPoint } from '../concurrency.ts'
import type { LoginLoad, Phase } from '../login.ts'
import type { Sample, Soak } from '../soak-result.ts'
import type { Stored, StoredPoint } from '../stored/measure.ts'
import type { Line } from './lines.ts'
import { type Part, withCharts } from './part.ts'
import type { Read } from './results.ts'
import { shown } from './svg.ts'
import { paths, table } from './tables.ts'

export function loginPart(read: Read): Part | undefined {
  const login = read<LoginLoad>('login')?.result
  if (!login) return undefined
  const { rate, login: took, othersRate, idle, busy } = login
  const row = (name: string, { loop, others, bystander }: Phase) => [
    name,
    shown(loop.p50),
    shown(loop.p99),
    shown(loop.longest),
    `${Math.round(loop.utilisation * 100)} %`,
    shown(others.p50),
    shown(others.p99),
    shown(bystander.p50),
    shown(bystander.p99)
  ]
  const head = ['', 'loop delay p50, ms', 'p99', 'longest', 'loop in use']
  const rows = [row('without logins', idle), row(`${shown(rate)} logins a second`, busy)]
  const done = `A login took ${shown(took.p50)} ms (p50), ${shown(took.p99)} ms (p99).`
  const others = `Other requests: ${othersRate} GET /auth/session a second, signed in.`
  const latencies = ['others p50, ms', 'p99', 'process without logins p50, ms', 'p99']
  const figures = table([...head, ...latencies], rows)
  return { text: `## Logins beside other requests\n\n${figures}\n\n${done} ${others}` }
}

export function concurrencyPart(read: Read): Part | undefined {
  const points = read<readonly ConcurrencyPoint[]>('concurrency')?.result
  if (!points) return undefined
  const lines = (of: (point: ConcurrencyPoint) => number): Line[] =>
    [...new Set(points.map(({ server }) => server))].map(name => ({
      name,
      points: points
        .filter(({ server }) => server === name)
        .map(point => ({ x: point.connections, y: of(point) }))
    }))
  const x = { label: 'connections, each with one request at a time', isLog: true }
  return withCharts(`## Growth with concurrency\n\n${paths(points)}`, [
    {
      file: 'concurrency-rate',
      title: 'GET /auth/session: throughput',
      x,
      y: { label: 'requests a second' },
      lines: lines(({ rate }) => rate)
    },
    {
      file: 'concurrency-p99',
      title: 'GET /auth/session: p99 response time',
      x,
      y: { label: 'ms', isLog: true },
      lines: lines(({ p99 }) => Math.max(1, p99))
    }
  ])
}

export function storedPart(read: Read): Part | undefined {
  const stored = read<Stored>('stored')?.result
  if (!stored) return undefined
  const { points, driver, plainJson, leftOut, unfamiliar } = stored
  const rows = points.map(({ sessions, each, record, seconds }) => [
    shown(sessions),
    shown(each),
    shown(record),
    shown(each / plainJson),
    shown(record / plainJson),
    shown(seconds)
  ])
  const head = [
    'sessions',
    'bytes each',
    'of that the record',
    'ratio to plain JSON',
    'of the record'
  ]
  const weights = table([...head, 's to fill'], rows)
  const json = `Plain JSON, as connect-redis stores it: ${shown(plainJson)} bytes.`
  const small =
    leftOut.length > 0 && ` Too much for this machine: ${leftOut.map(shown).join(', ')}.`
  const x = { label: 'sessions in Redis', isLog: true }
  const line = (of: (point: StoredPoint) => number): Line[] => [
    { name: 'service', points: points.map(point => ({ x: point.sessions, y: of(point) })) }
  ]
  const how = `Driven by ${driver}.`
  const text = `## Growth with sessions\n\n${how}\n\n${paths([...points, ...(unfamiliar ? [unfamiliar] : [])])}\n\n${weights}\n\n${json}${small || ''}`
  return withCharts(text, [
    {
      file: 'stored-rate',
      title: 'GET /auth/session: throughput',
      x,
      y: { label: 'requests a second' },
      lines: line(({ rate }) => rate)
    },
    {
      file: 'stored-p99',
      title: 'GET /auth/session: p99 response time',
      x,
      y: { label: 'ms' },
      lines: line(({ p99 }) => p99)
    }
  ])
}

export function soakPart(read: Read): Part | undefined {
  const soak = read<Soak>('soak')?.result
  if (!soak) return undefined
  const { requests, rate, before, after, samples } = soak
  const rows = (['rss', 'heapTotal', 'heapUsed', 'external', 'arrayBuffers'] as const).map(key => {
    const seen = samples.map(sample => sample[key])
    return [key, before[key], Math.min(...seen), Math.max(...seen), after[key]].map(cell =>
      typeof cell === 'number' ? shown(cell) : cell
    )
  })
  const head = [
    'MB',
    'before load, after GC',
    'lowest under load',
    'highest',
    'after load, after GC'
  ]
  const line = (name: string, of: (sample: Sample) => number): Line => ({
    name,
    points: samples.map(sample => ({ x: sample.at, y: of(sample) }))
  })
  const load = `${shown(requests)} requests, ${shown(rate)} a second.`
  return withCharts(`## Memory under sustained load\n\n${load}\n\n${table(head, rows)}`, [
    {
      file: 'soak',
      title: 'Memory at full load',
      x: { label: 'seconds' },
      y: { label: 'MB' },
      lines: [
        line('resident', ({ rss }) => rss),
        line('heap, reserved', ({ heapTotal }) => heapTotal),
        line('heap, used', ({ heapUsed }) => heapUsed),
        line('heap after major GC', ({ afterMajor }) => afterMajor)
      ]
    }
  ])
}
