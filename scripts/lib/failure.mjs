/** Puts one failed assertion into words. */

/** Details that repeat what stands above them, or tell of the runner and not of the failure. */
const dull = new Set([
  'at',
  'args',
  'command',
  'cwd',
  'externalID',
  'jobId',
  'stdio',
  'test',
  'env'
])

/**
 * @param {string[]} path the file and the titles down to the block
 * @param result what tap-parser calls a Result
 */
export function describe(path, result) {
  const reason = result.skip || result.tapError || ''
  const title = result.name === path.at(-1) ? '' : result.name
  const head = [...path, title].filter(Boolean).join(' > ')
  const details = Object.entries(result.diag ?? {}).filter(([name, value]) => tells(name, value))
  const lines = details.flatMap(([name, value]) => [`${name}:`, indent(render(value))])
  return `${indent([head + (reason && `: ${reason}`), ...lines.map(indent)].join('\n'))}\n\n`
}

const tells = (name, value) => !dull.has(name) && value !== null && value !== ''

const render = value => (typeof value === 'string' ? value.trimEnd() : JSON.stringify(value))

const indent = text => text.replace(/^(?=.)/gm, '  ')
