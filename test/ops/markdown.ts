/** The documents as data: their files, sections, tables, headings and links. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../repo/sources.ts'

export interface Document {
  /** From the root, with slashes: `docs/errors.md`. */
  readonly path: string
  readonly text: string
}

export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Folders that hold no documents of this project. */
const skipped = ['node_modules', 'dist', 'coverage']

function markdownBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) {
      return entry.name.startsWith('.') || skipped.includes(entry.name) ? [] : markdownBelow(path)
    }
    return entry.name.endsWith('.md') ? [path] : []
  })
}

/** Every Markdown file of the repository. */
export const readDocuments = (): Document[] =>
  markdownBelow('').map(path => ({ path, text: read(path) }))

/** Without fenced code, in which `#` begins a comment and brackets make no link. */
const prose = (text: string): string => text.replace(/^( *)```[\s\S]*?^\1```$/gm, '')

/** The text below a heading, up to the next one of its level or above. */
export function sectionOf(text: string, heading: string): string {
  const lines = text.split('\n')
  const start = lines.findIndex(line => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading)
  if (start < 0) throw new Error(`there is no heading ${heading}`)
  const level = lines[start]?.indexOf(' ') ?? 0
  const rest = lines.slice(start + 1)
  const end = rest.findIndex(line => /^#+ /.test(line) && line.indexOf(' ') <= level)
  return (end < 0 ? rest : rest.slice(0, end)).join('\n')
}

/** The rows of all tables in a text, cell by cell. A bar in code is written `\|` and does not end a cell. */
export const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter(line => line.startsWith('| '))
    .map(line =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map(cell => cell.trim())
    )

/** Everything between backticks. */
export const codeIn = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

/** The anchors that GitHub gives to the headings: a heading that comes twice gets a number. */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>()
  return [...prose(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    const name = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-')
    const count = seen.get(name) ?? 0
    seen.set(name, count + 1)
    return count === 0 ? name : `${name}-${count}`
  })
}

/** The targets of links and pictures that lead into this repository, in Markdown and in HTML. */
export function linksOf(text: string): string[] {
  const own = prose(text)
  const html = own.replace(/`[^`]*`/g, '')
  const targets = [
    ...own.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g),
    ...own.matchAll(/^\[[^\]]+\]: (\S+)/gm),
    ...html.matchAll(/\b(?:href|src|srcset)="([^"\s]+)"/g)
  ]
  return targets.map(([, target = '']) => target).filter(target => !/^[a-z][a-z+.-]*:/.test(target))
}
