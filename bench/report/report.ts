/** Writes docs/performance.md, and the charts beside it, from the results that are kept. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { page } from './page.ts'
import { reader, root } from './results.ts'

/** What people wrote stays: the script's part goes between two marks of the page. */
const mark = { begin: '<!-- measured: begin -->', end: '<!-- measured: end -->' }

export function writeReport(): void {
  const { text, pictures = {} } = page(reader())
  mkdirSync(`${root}docs/performance`, { recursive: true })
  for (const [file, picture] of Object.entries(pictures)) {
    writeFileSync(`${root}docs/performance/${file}`, picture)
  }
  const file = `${root}docs/performance.md`
  writeFileSync(file, between(readFileSync(file, 'utf8'), text))
}

/** @throws Error where the page has lost its marks: nothing of it is thrown away then */
export function between(document: string, text: string): string {
  const [before, rest] = document.split(mark.begin)
  const after = rest?.split(mark.end)[1]
  if (after === undefined) throw new Error(`The page needs ${mark.begin} and ${mark.end}`)
  return `${before}${mark.begin}\n\n${text}\n\n${mark.end}${after}`
}
