/** A bar chart as SVG: one bar a row, its value beside it. */

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
    const ours = name.startsWith('service')
    return [
      `<text x="${labelWidth - 8}" y="${y + 14}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${labelWidth}" y="${y}" width="${width}" height="18" fill="${ours ? '#1f6feb' : '#9aa4b2'}"/>`,
      `<text x="${labelWidth + width + 6}" y="${y + 14}">${shown(value)} ${unit}</text>`
    ].join('\n')
  })
  const height = 44 + bars.length * rowHeight
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="760" height="${height}" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="8" y="20" font-weight="bold">${escaped(title)}</text>`,
    ...rows,
    '</svg>\n'
  ].join('\n')
}

export function shown(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(value >= 10 ? 1 : 2)
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
