/** The tap reporter: one line per file, failures in full, and the result and seconds of each file in `.tap/totals.json`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Transform } from 'node:stream'
import { describe } from './lib/failure.mjs'
import { tally } from './lib/totals.mjs'

/** tap's own parser, as tap itself resolves it: it is tap's dependency, not ours. */
const fromTap = createRequire(createRequire(import.meta.url).resolve('tap'))
const { Parser } = createRequire(fromTap.resolve('@tapjs/core'))('tap-parser')

/** tap takes a stream class as its reporter, makes one and pipes it to stdout. */
export default class Reporter extends Transform {
  #parser = new Parser()
  #root = observe(this.#parser)
  #files = {}

  constructor() {
    super()
    this.#parser.on('assert', result => this.#concluded(result))
    this.#parser.on('bailout', reason => this.push(`Bail out! ${reason}\n`))
  }

  _transform(chunk, _encoding, done) {
    this.#parser.write(chunk)
    done()
  }

  _flush(done) {
    this.#parser.end()
    mkdirSync('.tap', { recursive: true })
    writeFileSync('.tap/totals.json', `${JSON.stringify({ files: this.#files }, null, 2)}\n`)
    done()
  }

  /** A result at the top level: the end of a file, or a word of tap itself (`timeout!`). */
  #concluded(result) {
    const file = this.#root.blocks.find(block => block.parser.closingTestPoint === result)
    if (!file) {
      if (!result.ok) this.push(describe([], result))
      return
    }
    // Not result.name: for a file that ran out of time, that is `timeout!`.
    const { name } = file.parser
    const totals = tally(file)
    this.#files[name] = { ...totals, seconds: Math.round((result.time ?? 0) / 100) / 10 }
    this.push(line(name, totals))
    if (totals.failed > 0) this.push(failuresOf(file, [name]))
    if (totals.skipped > 0) this.push(skipsOf(file, [name]))
  }
}

/** Keeps what a parser finds: its blocks (each with its own parser) and its own assertions. */
function observe(parser) {
  const block = { parser, blocks: [], results: [], output: '' }
  parser.on('child', child => block.blocks.push(observe(child)))
  parser.on('assert', result => block.results.push(result))
  parser.on('extra', text => {
    block.output += text
  })
  return block
}

function line(name, { passed, failed, skipped }) {
  const counts = [`${passed} passed`]
  if (failed) counts.push(`${failed} failed`)
  if (skipped) counts.push(`${skipped} skipped`)
  return `${failed ? 'FAIL' : 'ok  '} ${name}  ${counts.join(', ')}\n`
}

/** A line for each test that was skipped, with its reason: nothing is left out in silence. */
function skipsOf(block, path) {
  const ends = new Map(block.blocks.map(inner => [inner.parser.closingTestPoint, inner]))
  const lines = block.results.map(result => {
    const inner = ends.get(result)
    if (inner) return skipsOf(inner, [...path, result.name])
    const reason = result.skip || result.todo
    if (!reason) return ''
    const words = reason === true ? 'no reason is given' : reason
    return `  skipped: ${[...path, result.name].join(' > ')}  (${words})\n`
  })
  return lines.join('')
}

/** The failed assertions of a block and of the blocks within, each under the path of its titles. */
function failuresOf(block, path) {
  const printed = block.output.trim() === '' ? '' : block.output.replace(/^(?=.)/gm, '    | ')
  const ends = new Set(block.blocks.map(inner => inner.parser.closingTestPoint))
  const own = block.results.filter(result => !ends.has(result) && !isFine(result))
  const inner = block.blocks.filter(inner => tally(inner).failed > 0)
  const end = block.parser.closingTestPoint
  // Nothing within failed: the block itself did (exit code, signal, no tests, plan not met).
  const itself = own.length + inner.length === 0 && end ? [end] : own
  return [
    printed,
    ...inner.map(inner => failuresOf(inner, [...path, inner.parser.name])),
    ...itself.map(result => describe(path, result))
  ].join('')
}

const isFine = result => result.ok || result.skip || result.todo
