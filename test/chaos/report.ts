/** Writes what a long run has found as a page for people: docs/chaos.md. */
import { cpus, totalmem, type } from 'node:os'
import type { Outcome } from './outcome.ts'

export interface Finding extends Outcome {
  readonly title: string
  readonly seconds: number
}

export interface RunFacts {
  readonly seed: number
  readonly minutes: number
  readonly begunAt: Date
  readonly seconds: number
}

const setting = `Processes are real ones of the service (\`dist/src/server.js\`) over a real Redis and the local
Cognito, which rotates refresh tokens without any grace unless a scenario says otherwise: a second refresh with
the same token, or one whose result is lost, ends the session and is found. Short forms of all of these run in
\`npm test\` (\`test/chaos\`), without bounds on time.`

/** `left` are the titles of what the time did not suffice for. */
export function reportOf(
  findings: readonly Finding[],
  left: readonly string[],
  facts: RunFacts
): string {
  const failed = findings.filter(({ problems }) => problems.length > 0)
  const verdict =
    failed.length === 0
      ? `All ${findings.length} scenarios that ran held.`
      : `**${failed.length} of ${findings.length} scenarios found problems.**`
  return [
    '# Chaos report',
    `What \`npm run chaos\` did and found; written by that command. ${verdict}`,
    factsTable(facts),
    setting,
    ...findings.map(section),
    ...left.map(title => `## ${title}\n\nNot run: the time was over.`)
  ]
    .join('\n\n')
    .concat('\n')
}

function factsTable({ seed, minutes, begunAt, seconds }: RunFacts): string {
  const [cpu] = cpus()
  const machine = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()}`
  return table([
    ['Command', `\`npm run chaos -- --seed=${seed} --minutes=${minutes}\``],
    ['Begun', `${begunAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`],
    ['Took', `${Math.round(seconds)} s`],
    ['Machine', machine],
    ['Node.js', process.version]
  ])
}

function section({ title, figures, problems, seconds }: Finding): string {
  const rows = Object.entries(figures).map(([name, value]) => [name, readable(value)])
  const took = ['took', `${Math.round(seconds)} s`]
  const found = problems.length === 0 ? 'Held.' : problems.map(text => `- **${text}**`).join('\n')
  return `## ${title}\n\n${found}\n\n${table([...rows, took])}`
}

function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map(cells => `| ${cells.join(' | ')} |`)
  return ['| | |', '| --- | --- |', ...lines].join('\n')
}

const readable = (value: number | string) =>
  typeof value === 'number' ? value.toLocaleString('en-US') : value
