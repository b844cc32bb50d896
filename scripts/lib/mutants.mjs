/** The faults that `npm run mutants` plants: read, and held against the sources and the threat model. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = 'test/mutants'

/** The lists, in the order of their names: `{ faults, without }` together. */
function readLists(project) {
  const files = readdirSync(join(project, folder)).filter(name => name.endsWith('.json'))
  const lists = files.sort().map(name => JSON.parse(readFileSync(join(project, folder, name))))
  return {
    faults: lists.flatMap(list => list.faults),
    without: Object.assign({}, ...lists.map(list => list.without ?? {}))
  }
}

/**
 * `{ id, fault, file, text, becomes, tests, survives? }`: the promise, what is wrong then in words, the source, what
 * to replace there and by what, the tests below test/ in the order to ask them, the reason of a survivor.
 */
export const readFaults = project => readLists(project).faults

/** Where a source is when it runs: what TypeScript made of it, else the file itself. */
export const runs = file => (file.endsWith('.ts') ? `dist/${file.replace(/\.ts$/, '.js')}` : file)

/** What keeps faults from being planted, in sentences. The sources must be compiled. */
export function complaints(project, faults) {
  const proofs = readProofs(project)
  return faults.flatMap(fault => [...wrongText(project, fault), ...wrongTests(fault, proofs)])
}

/** The promises that are proved, and by whose guards no fault is planted and no reason given, in sentences. */
export function gaps(project) {
  const { faults, without } = readLists(project)
  const proofs = readProofs(project)
  const planted = new Set(faults.map(({ id }) => id))
  return [
    ...[...proofs.keys()]
      .filter(id => !planted.has(id) && !without[id])
      .map(id => `${id} has a proof and no fault is planted for it: add one to ${folder}.`),
    ...Object.keys(without)
      .filter(id => planted.has(id) || !proofs.has(id))
      .map(id => `${id} is said to be without a fault: it has one, or no row with a proof.`)
  ]
}

/**
 * Where `text` is in a source, or in what TypeScript makes of it: `{ from, to }` each. Blanks, line ends and semicolons
 * do not count, for these are what differs.
 */
export function found(source, text) {
  const places = [...source.matchAll(/[^\s;]/g)].map(({ index }) => index)
  const dense = dropBlanks(source)
  const wanted = dropBlanks(text)
  const spots = []
  for (let at = dense.indexOf(wanted); at !== -1; at = dense.indexOf(wanted, at + 1)) {
    spots.push({ from: places[at], to: places[at + wanted.length - 1] + 1 })
  }
  return spots
}

const dropBlanks = text => text.replace(/[\s;]/g, '')

/** Once in the source and once in what runs: nothing else could be replaced without a doubt. */
function wrongText(project, { id, file, text, becomes }) {
  const places = [...new Set([file, runs(file)])]
  return places.flatMap(place => {
    if (!existsSync(join(project, place))) return [`${id}: there is no ${place}.`]
    const times = found(readFileSync(join(project, place), 'utf8'), text).length
    if (times === 1 && text !== becomes) return []
    return [
      `${id}: ${JSON.stringify(text)} occurs ${times} times in ${place}; it must be there once.`
    ]
  })
}

function wrongTests({ id, tests }, proofs) {
  if (!proofs.has(id)) return [`${id} has no row with a proof in docs/threat-model.md.`]
  const proof = proofs.get(id)
  // A contract runs in the tests of those that keep it.
  const runsContract = name =>
    /^session\/(redis|embedded)$/.test(name) && proof.includes('`contract/')
  return tests
    .filter(name => !proof.includes(`\`${name}\``) && !runsContract(name))
    .map(name => `${id}: its row in docs/threat-model.md does not name ${name}.`)
}

/** The last column of each promise that is kept, by id. */
function readProofs(project) {
  const text = readFileSync(join(project, 'docs/threat-model.md'), 'utf8')
  const rows = [...text.matchAll(/^\| ([A-Z]-\d\d) \| .+? \| (.+) \|$/gm)]
  const kept = rows.filter(([, , proof]) => !/\*\*(Not yet|Does not apply)/.test(proof))
  return new Map(kept.map(([, id, proof]) => [id, proof]))
}
