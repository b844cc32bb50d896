/** What all charts share: colours for light and dark pages, and the frame. */

/** Read by class: `ours`, `other`, `third`, `grid`. A picture in a page follows the reader's own setting. */
const style = `<style>
text { fill: #1f2328 }
.ground { fill: #ffffff }
.grid { stroke: #d1d9e0; stroke-width: 1 }
.ours { fill: #0969da; stroke: #0969da }
.other { fill: #8c959f; stroke: #8c959f }
.third { fill: #bc4c00; stroke: #bc4c00 }
.fourth { fill: #1a7f37; stroke: #1a7f37 }
.line { fill: none; stroke-width: 2 }
.bar { stroke: none }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.ground { fill: #0d1117 }
.grid { stroke: #3d444d }
.ours { fill: #4493f8; stroke: #4493f8 }
.other { fill: #9198a1; stroke: #9198a1 }
.third { fill: #f0883e; stroke: #f0883e }
.fourth { fill: #3fb950; stroke: #3fb950 }
}
</style>`

export function svg(title: string, width: number, height: number, content: readonly string[]) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="13" role="img">`,
    `<title>${escaped(title)}</title>`,
    style,
    '<rect class="ground" width="100%" height="100%"/>',
    `<text x="8" y="20" font-weight="bold">${escaped(title)}</text>`,
    ...content,
    '</svg>\n'
  ].join('\n')
}

/** Three digits or so; large numbers with commas. */
export function shown(value: number): string {
  if (Number.isNaN(value)) return 'none'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}

export const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
