/** A bar chart as SVG: one bar a row, its value beside it. */
import { escaped, shown, svg } from './svg.ts'

export interface Bar {
  readonly name: string
  readonly value: number
}

const rowHeight = 26
const labelWidth = 270
const longest = 360

export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const most = Math.max(...bars.map(({ value }) => value))
  const rows = bars.map(({ name, value }, i) => {
    const y = 36 + i * rowHeight
    const width = Math.max(1, Math.round((value / most) * longest))
    const owner = name.startsWith('service') ? 'ours' : 'other'
    return [
      `<text x="${labelWidth - 8}" y="${y + 14}" text-anchor="end">${escaped(name)}</text>`,
      `<rect class="bar ${owner}" x="${labelWidth}" y="${y}" width="${width}" height="18"/>`,
      `<text x="${labelWidth + width + 6}" y="${y + 14}">${shown(value)} ${unit}</text>`
    ].join('\n')
  })
  return svg(title, 760, 44 + bars.length * rowHeight, rows)
}
