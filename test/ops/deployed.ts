/** Holds the documents of this checkout against an instance that runs somewhere: its calls, errors and metrics. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../repo/sources.ts'
import { callsOf, type OpenApi } from '../support/openapi.ts'
import { codeIn, read, rowsOf, sectionOf } from './markdown.ts'

export interface Instance {
  /** Its origin, as browsers know it. */
  readonly url: string
  /** Where its metrics are, without `/metrics`. Undefined: they are not looked at. */
  readonly metricsUrl?: string | undefined
}

/** A sentence for each difference; none where the documents are those of the instance. */
export async function differences({ url, metricsUrl }: Instance): Promise<string[]> {
  const found = [
    await ask(`${url}/healthz`, healthProblems),
    await ask(`${url}/readyz`, () => []),
    await ask(`${url}/docs/json`, text => openApiProblems(JSON.parse(text)))
  ]
  if (metricsUrl) found.push(await ask(`${metricsUrl}/metrics`, metricProblems))
  return found.flat()
}

/** What is wrong with the response to a GET. An instance that cannot be asked is a difference, too. */
async function ask(url: string, check: (text: string) => string[]): Promise<string[]> {
  const path = new URL(url).pathname
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'manual' })
    const text = await response.text()
    return response.ok ? check(text) : [`${path} returns ${response.status}`]
  } catch (error) {
    const { cause } = error instanceof Error ? error : {}
    return [`${path}: ${cause instanceof Error ? cause.message : error}`]
  }
}

function healthProblems(text: string): string[] {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const served = JSON.parse(text).version
  return served === version ? [] : [`it is version ${served}, and the documents are of ${version}`]
}

/** Calls in docs/calls.md as `POST /auth/login logIn 200`; without a name those that the client does not have. */
export const documentedCalls = (): string[] =>
  rowsOf(read('docs/calls.md'))
    .filter(([call = '']) => /^`[A-Z]+ \//.test(call) && !call.endsWith('/*`'))
    .flatMap(([call = '', client = '', , success = '']) =>
      codeIn(call)
        .filter(code => code.includes('/'))
        .map(code => [code, ...codeIn(client), /^\d{3}/.exec(success)?.[0]].join(' '))
    )

/** The same of an OpenAPI document, without those of the API behind. */
export const servedCalls = (document: OpenApi): string[] =>
  callsOf(document)
    .filter(({ path }) => path !== '/api' && !path.startsWith('/api/'))
    .map(({ method, path, operation }) => {
      const call = `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`
      const [status] = Object.keys(operation.responses).filter(code => code.startsWith('2'))
      return path.startsWith('/auth/')
        ? `${call} ${operation.operationId} ${status}`
        : `${call} ${status}`
    })

export const documentedErrors = (): string[] =>
  rowsOf(sectionOf(read('docs/errors.md'), 'Codes'))
    .slice(2)
    .flatMap(([, code = '']) => codeIn(code))

function openApiProblems(document: OpenApi): string[] {
  const errors = document.components.schemas.Problem?.properties?.code?.enum ?? []
  return [
    ...compared('docs/calls.md', documentedCalls(), servedCalls(document)),
    ...compared('docs/errors.md', documentedErrors(), errors)
  ]
}

function compared(file: string, documented: readonly string[], served: readonly string[]) {
  return [
    ...served.filter(one => !documented.includes(one)).map(one => `${file} lacks ${one}`),
    ...documented
      .filter(one => !served.includes(one))
      .map(one => `${file} has ${one}, which is not served`)
  ]
}

const manual = 'docs/operating.md'

/** Holds the table of series, its labels, and the series that alerts ask for against a scrape. */
export function metricProblems(scrape: string): string[] {
  const types = new Map(
    [...scrape.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type])
  )
  const labels = new Map(
    rowsOf(read(manual))
      .filter(([cell = '']) => /^`bff_\w+`$/.test(cell))
      .map(([cell = '', names = '']) => [
        cell.replaceAll('`', ''),
        codeIn(names.replace(/\([^)]*\)/g, ''))
      ])
  )
  const ours = [...types.keys()].filter(name => name.startsWith('bff_'))
  /** A histogram is asked for by its parts. */
  const exists = (name: string) =>
    types.has(name) || types.get(name.replace(/_(count|sum|bucket)$/, '')) === 'histogram'
  const named = `${read(manual)}${read('deploy/alerts.yml')}`.match(
    /\b(bff|nodejs|process)_[a-z_]+\w/g
  )
  return [
    ...compared(manual, [...labels.keys()], ours),
    ...[...new Set(named)]
      .filter(name => !exists(name) && !labels.has(name))
      .map(name => `${manual} or deploy/alerts.yml names ${name}, which is not served`),
    ...ours.flatMap(name => labelProblems(name, labels.get(name), scrape))
  ]
}

/** A series without a sample has no labels yet. */
function labelProblems(name: string, documented: readonly string[] | undefined, scrape: string) {
  const sample = new RegExp(`^${name}(?:_count)?(?:\\{(.*)\\})? `, 'm').exec(scrape)
  if (documented === undefined || sample === null) return []
  const served = [...(sample[1] ?? '').matchAll(/(\w+)="/g)].map(([, label = '']) => label)
  const [one, other] = [documented, served].map(list => [...list].sort().join(', '))
  return one === other
    ? []
    : [`${name} has the labels ${other || 'none'}, documented are ${one || 'none'}`]
}
