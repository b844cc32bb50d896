/** Tables of the report, in Markdown. */
import type { Measured } from '../rounds.ts'
import type { Goal } from './goal.ts'
import { shown } from './svg.ts'

export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[]
): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export function goalTable(goals: readonly Goal[]): string {
  const rows = goals.map(({ what, wanted, measured, byCpu, verdict }) => {
    return [what, wanted, measured, byCpu, verdict === 'met' ? verdict : `**${verdict}**`]
  })
  return table(['what', 'goal', 'measured', 'the same by CPU time', ''], rows)
}

/** The same for a terminal. */
export function goalLines(goals: readonly Goal[]): string {
  return goals
    .map(({ what, wanted, measured, byCpu, verdict }) => {
      const cpu = byCpu && `, by CPU time ${byCpu}`
      return `${verdict.padEnd(8)}${what}: ${measured}${cpu} (goal ${wanted})`
    })
    .join('\n')
}

export function paths(variants: readonly Measured[]): string {
  const head = ['server', 'requests a second', 'range over rounds', 'CPU, us a request']
  const rows = variants.map(({ name, rate, range, cpu, p50, p99, refused }) => {
    const rounds = range ? `${shown(range[0])} to ${shown(range[1])}` : 'not kept'
    return [name, shown(rate), rounds, shown(cpu), shown(p50), shown(p99), refused]
  })
  return table([...head, 'p50, ms', 'p99, ms', 'refused'], rows)
}
