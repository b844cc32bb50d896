/** Writes docs/performance.md, and the charts beside it, from the results that are kept. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Measured } from '../rounds.ts'
import type { SessionPath } from '../session-path.ts'
import type { SrpFigure } from '../srp.ts'
import { type Bar, barChart, shown } from './bars.ts'
import { goals } from './goals.ts'
import { type Kept, kept, root } from './results.ts'

const names = ['session', 'proxy', 'srp', 'streaming', 'start', 'storm']

export function writeReport(): void {
  mkdirSync(`${root}docs/performance`, { recursive: true })
  // What people wrote stays: the script's part goes between two marks of the page.
  const page = `${root}docs/performance.md`
  const [before, rest = ''] = readFileSync(page, 'utf8').split(mark.begin)
  const [, after = ''] = rest.split(mark.end)
  writeFileSync(page, `${before}${mark.begin}\n\n${generated()}\n\n${mark.end}${after}`)
}

const mark = { begin: '<!-- measured: begin -->', end: '<!-- measured: end -->' }

function generated(): string {
  return [
    whenAndWhere(),
    goalTable(),
    '## The session path',
    paths(kept<SessionPath>('session')?.result.variants),
    chart(
      'session',
      'GET /auth/session',
      'us',
      cpuBars(kept<SessionPath>('session')?.result.variants)
    ),
    '## The proxy path',
    paths(kept<readonly Measured[]>('proxy')?.result),
    chart('proxy', 'GET /api/*', 'us', cpuBars(kept<readonly Measured[]>('proxy')?.result)),
    '## Login',
    chart('srp', 'SRP, one login', 'ms', srpBars(kept<readonly SrpFigure[]>('srp')?.result))
  ].join('\n\n')
}

function whenAndWhere(): string {
  const rows = names.flatMap(name => {
    const file: Kept | undefined = kept(name)
    if (!file) return [`| ${name} | never | | | |`]
    const { rounds, seconds, connections } = file.options
    const shape = `${rounds} rounds of ${seconds} s, ${connections} connections`
    return [
      `| ${name} | ${file.date} | ${file.machine} | ${shape} | ${file.load === undefined ? 'not kept' : shown(file.load)} |`
    ]
  })
  return [
    '| section | when | machine | how | load |',
    '| --- | --- | --- | --- | --- |',
    ...rows
  ].join('\n')
}

function goalTable(): string {
  const rows = goals().map(
    ({ what, wanted, measured, byCpu, verdict }) =>
      `| ${what} | ${wanted} | ${measured} | ${byCpu} | ${verdict === 'met' ? verdict : `**${verdict}**`} |`
  )
  const head = [
    '| what | goal | measured | the same by CPU time | |',
    '| --- | --- | --- | --- | --- |'
  ]
  return [...head, ...rows].join('\n')
}

function paths(variants: readonly Measured[] = []): string {
  const rows = variants.map(
    ({ name, rate, cpu, p50, p99, refused }) =>
      `| ${name} | ${shown(rate)} | ${shown(cpu)} | ${shown(p50)} | ${shown(p99)} | ${refused} |`
  )
  const head = [
    '| server | requests a second | CPU, us a request | p50, ms | p99, ms | refused |',
    '| --- | --- | --- | --- | --- | --- |'
  ]
  return [...head, ...rows].join('\n')
}

const cpuBars = (variants: readonly Measured[] = []): Bar[] =>
  variants.map(({ name, cpu }) => ({ name, value: cpu }))

const srpBars = (figures: readonly SrpFigure[] = []): Bar[] =>
  figures.map(({ name, ms }) => ({ name, value: ms }))

function chart(file: string, title: string, unit: string, bars: readonly Bar[]): string {
  const text = `${title}: CPU time of the server's process`
  writeFileSync(`${root}docs/performance/${file}.svg`, barChart(text, unit, bars))
  return `![${text}](performance/${file}.svg)`
}
