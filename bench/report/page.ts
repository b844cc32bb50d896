/** The measured part of docs/performance.md: pure text and pictures, from results. */
import type { Measured } from '../rounds.ts'
import type { SessionPath } from '../session-path.ts'
import type { SrpFigure } from '../srp.ts'
import type { Wrk } from '../wrk.ts'
import { type Bar, barChart } from './bars.ts'
import { enumerationPart } from './enumeration.ts'
import { goals } from './goals.ts'
import { concurrencyPart, loginPart, soakPart, storedPart } from './growth-parts.ts'
import type { Part } from './part.ts'
import type { Read } from './results.ts'
import { shown } from './svg.ts'
import { goalTable, paths, table } from './tables.ts'

/** In this order on the page. */
const names = [
  'session',
  'proxy',
  'wrk',
  'srp',
  'login',
  'concurrency',
  'stored',
  'soak',
  'streaming',
  'live',
  'start',
  'storm',
  'enumeration'
]

export function page(read: Read): Part {
  const parts = [
    { text: `${whenAndWhere(read)}\n\n${goalTable(goals(read))}` },
    pathPart(
      'session',
      'The session path',
      'GET /auth/session',
      read<SessionPath>('session')?.result.variants
    ),
    pathPart('proxy', 'The proxy path', 'GET /api/*', read<readonly Measured[]>('proxy')?.result),
    wrkPart(read<Wrk>('wrk')?.result),
    srpPart(read<readonly SrpFigure[]>('srp')?.result),
    loginPart(read),
    concurrencyPart(read),
    storedPart(read),
    soakPart(read),
    enumerationPart(read)
  ]
  return {
    text: parts.flatMap(part => (part ? [part.text] : [])).join('\n\n'),
    pictures: Object.assign({}, ...parts.map(part => part?.pictures))
  }
}

function whenAndWhere(read: Read): string {
  const rows = names.map(name => {
    const file = read(name)
    if (!file) return [name, 'never', '', '', '']
    const how = Object.entries(file.options).map(([option, value]) => `${option} ${value}`)
    return [
      name,
      file.date,
      file.machine,
      how.join(', '),
      file.load === undefined ? '' : shown(file.load)
    ]
  })
  return table(['section', 'when', 'machine', 'how', 'load'], rows)
}

function pathPart(
  file: string,
  heading: string,
  route: string,
  variants: readonly Measured[] | undefined
): Part | undefined {
  if (!variants) return undefined
  const bars = variants.map(({ name, cpu }) => ({ name, value: cpu }))
  const drawn = cpuChart(file, route, 'us', bars)
  return { ...drawn, text: `## ${heading}\n\n${paths(variants)}\n\n${drawn.text}` }
}

function wrkPart(wrk: Wrk | undefined): Part | undefined {
  if (!wrk) return undefined
  const text = `GET /auth/session:\n\n${paths(wrk.session)}\n\nGET /api/*:\n\n${paths(wrk.proxy)}`
  return { text: `## The same with wrk\n\n${text}` }
}

function srpPart(figures: readonly SrpFigure[] | undefined): Part | undefined {
  if (!figures) return undefined
  const bars = figures.map(({ name, ms }) => ({ name, value: ms }))
  const drawn = cpuChart('srp', 'SRP, one login', 'ms', bars)
  return { ...drawn, text: `## Login\n\n${drawn.text}` }
}

function cpuChart(file: string, title: string, unit: string, bars: readonly Bar[]): Part {
  const text = `${title}: CPU time of the server's process`
  return {
    text: `![${text}](performance/${file}.svg)`,
    pictures: { [`${file}.svg`]: barChart(text, unit, bars) }
  }
}
