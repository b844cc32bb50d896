/** A part of the page. */
import { type LineChart, lineChart } from './lines.ts'

export interface Part {
  /** Markdown. */
  readonly text: string
  /** SVG by file name, shown by the text. */
  readonly pictures?: Readonly<Record<string, string>>
}

export interface Drawn extends LineChart {
  readonly file: string
}

/** A heading, some text, and charts below it. */
export function withCharts(text: string, charts: readonly Drawn[]): Part {
  const shown = charts.map(({ file, title }) => `![${title}](performance/${file}.svg)`)
  const pictures = charts.map(({ file, ...chart }) => [`${file}.svg`, lineChart(chart)])
  return { text: [text, ...shown].join('\n\n'), pictures: Object.fromEntries(pictures) }
}
