/** Counts `t.test()` blocks, so that the last line of a run means what a reader takes it for. */

const none = { passed: 0, failed: 0, skipped: 0 }

export const add = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped
})

/**
 * A block without blocks in it counts as one. A block with blocks counts as those, and as one failed more
 * when it failed although none of them did (a dead or timed-out file, a plan not met).
 *
 * @param block `{ parser, blocks, results }` as the reporter observed it
 */
export function tally(block) {
  const end = block.parser.closingTestPoint
  // tap calls a file without tests "skipped"; a file that tests nothing is a mistake.
  if (end?.skip === 'no tests found') return { ...none, failed: 1 }
  if (end?.skip || end?.todo) return { ...none, skipped: 1 }
  const within = block.blocks.map(tally).reduce(add, none)
  const sum = { ...within, skipped: within.skipped + skippedBlocks(block) }
  // No end at all: the process died within the block.
  if (!end?.ok) return { ...sum, failed: Math.max(sum.failed, 1) }
  if (sum.passed + sum.failed + sum.skipped > 0) return sum
  return { ...none, passed: 1 }
}

/** A skipped block leaves only a line with a directive, and so does `t.skip()`. */
function skippedBlocks({ blocks, results }) {
  const ends = new Set(blocks.map(block => block.parser.closingTestPoint))
  const marked = results.filter(result => !ends.has(result) && (result.skip || result.todo))
  // Beside assertions that ran, a skipped one is a detail of its block.
  return blocks.length === 0 && marked.length < results.length ? 0 : marked.length
}

/** The last line of a run. */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
}
