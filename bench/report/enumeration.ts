/** Response times of known and unknown accounts: the goal, and the part of the page. */
import type { Compared } from '../enumeration.ts'
import { atMost, type Goal } from './goal.ts'
import type { Part } from './part.ts'
import { type Read, wasBusy } from './results.ts'
import { shown } from './svg.ts'
import { table } from './tables.ts'

export function enumerationGoals(read: Read): Goal[] {
  const section = read<readonly Compared[]>('enumeration')
  if (!section) return []
  return section.result.map(({ call, distance, critical }) => {
    const what = `POST /auth/${call}: times for known and unknown email addresses, distance of distributions`
    return atMost(what, '', distance, critical, wasBusy(section))
  })
}

export function enumerationPart(read: Read): Part | undefined {
  const compared = read<readonly Compared[]>('enumeration')?.result
  if (!compared) return undefined
  const rows = compared.map(({ call, samples, known, unknown, distance, critical }) => [
    `POST /auth/${call}`,
    shown(samples),
    shown(known),
    shown(unknown),
    shown(distance),
    shown(critical)
  ])
  const head = [
    'call',
    'samples of each',
    'known, p50 in ms',
    'unknown',
    'distance',
    'critical value'
  ]
  return { text: `## Timing of known and unknown accounts\n\n${table(head, rows)}` }
}
