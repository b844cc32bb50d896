/** The Dockerfile keeps to its promises: a pinned base, no install scripts, not root, only what production needs. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { root } from '../repo/sources.ts'

const read = (name: string) => readFileSync(join(root, name), 'utf8')

/** Instructions with their continuation lines joined, comments left out. */
const instructions = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .map(line => line.trim())
  .filter(Boolean)

interface Stage {
  readonly name: string
  readonly from: string
  readonly lines: string[]
}

function readStages(): Stage[] {
  const stages: Stage[] = []
  for (const line of instructions) {
    const [, from, name] = /^FROM (\S+) AS (\S+)$/.exec(line) ?? []
    if (from && name) stages.push({ name, from, lines: [] })
    else stages.at(-1)?.lines.push(line)
  }
  return stages
}

const stages = readStages()

/** The instructions of a stage and of those it is made from. */
function linesOf(name: string): string[] {
  const stage = stages.find(candidate => candidate.name === name)
  return stage ? [...linesOf(stage.from), ...stage.lines] : []
}

const final = (name: string, instruction: string) =>
  linesOf(name).findLast(line => line.startsWith(`${instruction} `))

test('the service is the default target, and every stage stands on the one base', async t => {
  t.equal(stages.at(-1)?.name, 'production')
  const known = ['scratch', `\${NODE_IMAGE}`, ...stages.map(({ name }) => name)]
  for (const { from } of stages) t.ok(known.includes(from), from)
})

test('the base has a version, can be pinned, and is a Node the project runs on', async t => {
  const [, major] = /^ARG NODE_IMAGE=node:(\d+)-bookworm-slim$/m.exec(read('Dockerfile')) ?? []
  t.ok(Number(major) >= 20)
  t.match(read('Dockerfile'), /--build-arg NODE_IMAGE=.+@sha256:/, 'the comment says how')
})

test('packages come from the lock file and run no scripts of their own', async t => {
  const installs = instructions.filter(line => /\bnpm (ci|i|install|add)\b/.test(line))
  t.equal(installs.length, 2)
  for (const line of installs) t.match(line, /^RUN npm ci (--omit=dev )?--ignore-scripts\b/)
  t.notMatch(instructions.join('\n'), /\b(curl|wget|ADD|apt-get install)\b/)
})

for (const [target, program] of [
  ['production', 'src/server.ts'],
  ['local-cognito', 'emulator/main.ts']
] as const) {
  test(`${target} is not root, answers to signals and tells how it is`, async t => {
    t.match(final(target, 'USER'), /^USER [1-9]\d*:[1-9]\d*$/, 'by number')
    const command: string[] = JSON.parse(final(target, 'CMD')?.slice(4) ?? '[]')
    t.same(command, ['node', `dist/${program.replace(/\.ts$/, '.js')}`])
    t.ok(existsSync(join(root, program)))
    t.match(final(target, 'HEALTHCHECK'), /CMD \["node", "-e", /)
    t.match(final(target, 'LABEL'), /org\.opencontainers\.image\.title=/)
  })
}

test('the image of the service holds the service and nothing else', async t => {
  const copied = linesOf('production').filter(line => line.startsWith('COPY'))
  t.same(
    copied.map(line => line.split(' ').at(-1)),
    ['/', './', 'node_modules', 'reference', 'dist/web', 'dist/src', 'dist/plugins', 'dist/routes']
  )
  t.ok(copied.includes('COPY --from=dependencies /app/node_modules node_modules'))
  t.match(final('production', 'ENV'), /\bNODE_ENV=production\b/)
  t.notMatch(linesOf('production').join('\n'), /SESSION_KEYS|SECRET|PASSWORD|REDIS_URL/)
})

test('the build sees the sources and nothing private', async t => {
  const rules = read('.dockerignore')
    .split('\n')
    .filter(line => line && !line.startsWith('#'))
  t.equal(rules[0], '*', 'everything is left out first')
  const letIn = rules.slice(1).map(rule => rule.replace(/^!/, ''))
  t.equal(letIn.length, rules.filter(rule => rule.startsWith('!')).length)
  for (const name of ['.env', '.git', '.local', 'node_modules', 'dist', 'test']) {
    t.notOk(letIn.includes(name), name)
  }
  const { include } = JSON.parse(read('tsconfig.json'))
  for (const folder of include) {
    if (!['test', 'bench'].includes(folder))
      t.ok(letIn.includes(folder.split('/')[0]), `${folder} is compiled`)
  }
})
