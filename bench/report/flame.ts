/** A flame graph as SVG, from the top down: what called what, as wide as the time spent in it. */
import { escaped, svg } from './svg.ts'

/** A function as it was called from its parent. */
export interface Frame {
  readonly name: string
  /** Where it comes from: the service, a package, Node, or none of them (system calls, garbage). */
  readonly owner: 'ours' | 'other' | 'third' | 'fourth'
  /** Spent in it and in what it called, in any unit. */
  readonly time: number
  readonly children: readonly Frame[]
}

const width = 1160
const rowHeight = 18
const top = 32
/** Narrower than this nothing can be seen, in pixels. */
const narrowest = 2
const letter = 7

export function flameGraph(title: string, root: Frame): string {
  const boxes: string[] = []
  let deepest = 0

  function draw({ children }: Frame, from: number, depth: number): void {
    let x = from
    for (const child of children.toSorted((a, b) => b.time - a.time)) {
      const wide = (child.time / root.time) * width
      if (wide >= narrowest) {
        deepest = Math.max(deepest, depth)
        boxes.push(box(child, x, depth, wide, root.time))
        draw(child, x, depth + 1)
      }
      x += wide
    }
  }

  draw(withoutPassages(root, root.time), 0, 0)
  return svg(title, width, top + (deepest + 1) * rowHeight + 8, boxes)
}

function box({ name, owner, time }: Frame, x: number, depth: number, wide: number, all: number) {
  const y = top + depth * rowHeight
  const share = `${((time / all) * 100).toFixed(1)} %`
  const fits = Math.floor((wide - 6) / letter)
  const label = fits < 3 ? '' : name.slice(0, fits)
  return [
    `<g><title>${escaped(`${name}: ${share}`)}</title>`,
    `<rect class="bar ${owner}" fill-opacity="0.35" x="${x.toFixed(1)}" y="${y}" width="${(wide - 1).toFixed(1)}" height="${rowHeight - 1}"/>`,
    `<text x="${(x + 3).toFixed(1)}" y="${y + 13}" font-size="11">${escaped(label)}</text></g>`
  ].join('')
}

/** Leaves out functions that do nearly nothing but call one other: hooks call hooks, eighty deep. */
function withoutPassages(frame: Frame, all: number): Frame {
  const children = frame.children.flatMap(child => {
    const passed = withoutPassages(child, all)
    const most = Math.max(0, ...passed.children.map(({ time }) => time))
    const isPassage = passed.owner !== 'ours' && child.time - most < all / 500
    return isPassage && most > 0 ? passed.children : [passed]
  })
  return { ...frame, children }
}
