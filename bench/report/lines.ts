/** A line chart as SVG: labelled axes that begin at nought, or are logarithmic. */
import { escaped, shown, svg } from './svg.ts'

export interface Line {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

export interface Axis {
  /** With its unit. */
  readonly label: string
  /** Logarithmic: a tick for each power of ten within. All values above 0. */
  readonly isLog?: boolean
}

export interface LineChart {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly lines: readonly Line[]
}

const plot = { left: 80, right: 560, top: 40, bottom: 300 }
const width = 760
const height = 350
const classes = ['ours', 'other', 'third', 'fourth']

export function lineChart({ title, x, y, lines }: LineChart): string {
  const points = lines.flatMap(line => line.points)
  const horizontal = scale(
    x,
    points.map(point => point.x),
    plot.left,
    plot.right
  )
  const vertical = scale(
    y,
    points.map(point => point.y),
    plot.bottom,
    plot.top
  )
  return svg(title, width, height, [
    ...horizontal.ticks.map(({ at, text }) => xTick(at, text)),
    ...vertical.ticks.map(({ at, text }) => yTick(at, text)),
    `<text x="${(plot.left + plot.right) / 2}" y="${height - 10}" text-anchor="middle">${escaped(x.label)}</text>`,
    `<text transform="translate(18 ${(plot.top + plot.bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>`,
    ...lines.flatMap((line, i) => drawn(line, i, horizontal.at, vertical.at))
  ])
}

const xTick = (at: number, text: string) =>
  `<line class="grid" x1="${at}" y1="${plot.top}" x2="${at}" y2="${plot.bottom}"/>
<text x="${at}" y="${plot.bottom + 18}" text-anchor="middle">${text}</text>`

const yTick = (at: number, text: string) =>
  `<line class="grid" x1="${plot.left}" y1="${at}" x2="${plot.right}" y2="${at}"/>
<text x="${plot.left - 6}" y="${at + 4}" text-anchor="end">${text}</text>`

type Place = (value: number) => number

function drawn({ name, points }: Line, i: number, x: Place, y: Place): string[] {
  const owner = classes[i % classes.length]
  const places = points.map(point => `${x(point.x)},${y(point.y)}`)
  const dots = points.length > 20 ? [] : places.map(place => place.split(','))
  const legend = plot.top + 14 + i * 20
  return [
    `<polyline class="line ${owner}" style="fill:none" points="${places.join(' ')}"/>`,
    ...dots.map(([cx, cy]) => `<circle class="${owner}" cx="${cx}" cy="${cy}" r="3.5"/>`),
    `<rect class="bar ${owner}" x="${plot.right + 16}" y="${legend - 10}" width="12" height="12"/>`,
    `<text x="${plot.right + 34}" y="${legend}">${escaped(name)}</text>`
  ]
}

interface Scale {
  readonly at: Place
  readonly ticks: readonly { readonly at: number; readonly text: string }[]
}

function scale(axis: Axis, values: readonly number[], from: number, to: number): Scale {
  const ticks = axis.isLog ? powers(values) : steps(Math.max(...values, 0))
  const of = axis.isLog ? Math.log10 : (value: number) => value
  const [low, high] = [of(ticks[0] ?? 0), of(ticks.at(-1) ?? 1)]
  const at = (value: number) =>
    Math.round((from + ((of(value) - low) / (high - low)) * (to - from)) * 10) / 10
  return { at, ticks: ticks.map(value => ({ at: at(value), text: tickText(value) })) }
}

/** Powers of ten around the values; at least two. */
function powers(values: readonly number[]): number[] {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9)
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9))
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i))
}

/** From nought in steps of 1, 2 or 5 times a power of ten, about five of them. */
function steps(most: number): number[] {
  const rough = (most || 1) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5].find(factor => factor * power >= rough) ?? 10)
  return Array.from({ length: Math.ceil((most || 1) / step) + 1 }, (_, i) => i * step)
}

const tickText = (value: number) =>
  value >= 1 || value === 0 ? value.toLocaleString('en') : shown(value)
