/** The tables of the documents and .env.example have the variables, errors and calls that the service has. */
import { runInNewContext } from 'node:vm'
import { test } from 'tap'
import { answerFields } from '../../src/auth/challenge.ts'
import { ConfigError, loadConfig } from '../../src/config/config.ts'
import { standardNames } from '../../src/config/egress.ts'
import { Environment, environmentNames, secretNames } from '../../src/config/environment.ts'
import { AppError, errorCodes, fieldCodes, passwordRules } from '../../src/errors.ts'
import { problemOf } from '../../src/http/problem.ts'
import { startService } from '../support/service.ts'
import { documentedCalls, servedCalls } from './deployed.ts'
import { codeIn, read, rowsOf, sectionOf } from './markdown.ts'

/** `A`, `_B` is A and what A becomes with another end: RATE_LIMIT_X_PER_ADDRESS, _PER_ACCOUNT. */
function namesIn(cell: string): string[] {
  const [first = '', ...others] = codeIn(cell)
  return [
    first,
    ...others.map(name => (name.startsWith('_') ? first.replace(/_PER_\w+$/, name) : name))
  ]
}

const defaults = new Map(
  Object.entries(Environment.properties).map(([name, schema]) => [name, schema.default])
)

/** Names that others have given, too: of proxies, of AWS (src/config/egress.ts), of Node. */
const isForeign = (name: string) => standardNames.includes(name) || name.startsWith('NODE_')

/** The variables in the tables of a text, each with the default that stands beside it. */
const variablesIn = (text: string) =>
  rowsOf(text)
    .filter(([cell]) => /^`[A-Z]/.test(cell ?? ''))
    .flatMap(([cell = '', fallback = '']) =>
      namesIn(cell).map((name, i) => ({ name, value: codeIn(fallback)[i] }))
    )

test('O-22 docs/configuration.md has every variable, with its default, and none besides', async t => {
  const documented = variablesIn(read('docs/configuration.md'))
  const names = documented.map(({ name }) => name)
  const own = names.filter(name => defaults.has(name) || !isForeign(name))
  t.same(own.toSorted(), [...defaults.keys()].toSorted())
  for (const name of standardNames) t.ok(names.includes(name), name)
  for (const { name, value } of documented) {
    const fallback = defaults.get(name)
    if (fallback !== undefined) t.equal(value, String(fallback), name)
  }
})

test('O-22 docs/configuration.md names every variable that a file may hold', async t => {
  const [, list = ''] =
    /`NAME_FILE` can name([\s\S]*?)\n- /.exec(read('docs/configuration.md')) ?? []
  t.same(
    codeIn(list).toSorted(),
    [...secretNames].toSorted(),
    'the names after `NAME_FILE`, and no other'
  )
})

test('O-22 README has variables that exist, with their defaults, and those that production requires', async t => {
  const documented = variablesIn(sectionOf(read('README.md'), 'Configuration'))
  for (const { name, value } of documented) {
    t.ok(defaults.has(name), name)
    const fallback = defaults.get(name)
    if (fallback !== undefined) t.equal(value, String(fallback), name)
  }
  const problems = problemsOf({ NODE_ENV: 'production' })
  t.ok(problems.length > 4)
  for (const problem of problems) {
    const [required = ''] = problem.split(' ')
    t.ok(
      documented.some(({ name }) => name === required),
      problem
    )
  }
})

function problemsOf(source: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(source)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

test('O-22 .env.example has every variable, with its default where there is one', async t => {
  const lines = [...read('.env.example').matchAll(/^(#?)([A-Z][A-Z0-9_]+)=(.*)$/gm)]
  const named = new Map(lines.map(([, off = '', name = '', value = '']) => [name, { off, value }]))
  for (const name of [...environmentNames, ...standardNames]) t.ok(named.has(name), name)
  for (const [name, { off, value }] of named) {
    t.ok(environmentNames.includes(name) || isForeign(name), `${name} is read`)
    const fallback = defaults.get(name)
    if (fallback !== undefined) t.same([off, value], ['', String(fallback)], name)
    else t.equal(off, '#', `${name} is an example`)
  }
})

test('O-22 docs/errors.md has every code under its status, and none besides', async t => {
  const rows = rowsOf(sectionOf(read('docs/errors.md'), 'Codes')).slice(2)
  const documented = rows.map(([status = '', code = '']) => `${status} ${codeIn(code).join()}`)
  const inCode = errorCodes.map(code => `${new AppError(code).status} ${code}`)
  t.same(documented.toSorted(), inCode.toSorted())
})

test('O-22 docs/errors.md has every code of a field and every rule of a password, and none besides', async t => {
  for (const [heading, expected] of [
    ['Fields', fieldCodes],
    ['Passwords', passwordRules]
  ] as const) {
    const rows = rowsOf(sectionOf(read('docs/errors.md'), heading)).slice(2)
    const documented = rows.flatMap(([cell = '']) => codeIn(cell))
    t.same(documented.toSorted(), [...expected].toSorted(), heading)
  }
})

test('docs/errors.md shows a problem document as the service makes it', async t => {
  const [, example = ''] = /```json\n([\s\S]+?)```/.exec(read('docs/errors.md')) ?? []
  const shown = JSON.parse(example)
  const error = new AppError('invalid_request', { errors: shown.errors })
  t.same(shown, problemOf(error, shown.requestId))
})

test('O-22 docs/calls.md has every call of a running instance, its status and its name in the client', async t => {
  const { browser } = await startService(t)
  const served = servedCalls((await browser().get('/docs/json')).json)
  t.same(documentedCalls().toSorted(), served.toSorted())
})

test('docs/calls.md has every challenge, and the field that answers it', async t => {
  const rows = rowsOf(sectionOf(read('docs/calls.md'), 'Challenges')).slice(2)
  const documented = rows.map(([name = '', field = '']) => [codeIn(name)[0], codeIn(field)[0]])
  t.same(Object.fromEntries(documented), answerFields)
})

test('the first call of README logs in and calls the API', async t => {
  const one = (await startService(t)).browser()
  const [, example = ''] =
    /```js\n([\s\S]+?)```/.exec(sectionOf(read('README.md'), 'A first call')) ?? []
  const answers: string[] = []
  const fetch = async (
    path: string,
    { method, headers, body }: { method: string; headers: Record<string, string>; body?: string }
  ) => {
    const answer = await one.call(method, path, { headers, ...(body && { raw: body }) })
    answers.push(`${method} ${path} ${answer.status}`)
    return new Response(answer.text, { status: answer.status })
  }
  await runInNewContext(`(async () => { ${example} })()`, { fetch })
  t.same(answers, ['POST /auth/login 200', 'GET /api/hello 200'])
})
