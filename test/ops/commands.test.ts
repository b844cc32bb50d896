/** The commands that the documents give: they exist, and those a newcomer types first do what is promised. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Test, test } from 'tap'
import { root } from '../repo/sources.ts'
import { Browser } from '../support/browser.ts'
import { freePort } from '../support/redis-process.ts'

const read = (name: string) => readFileSync(join(root, name), 'utf8')

/** `npm ...` as a person types it, with an environment of its own. */
function npm(t: Test, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { PATH, HOME } = process.env
  const options = { cwd: root, env: { PATH, HOME, ...env }, detached: true }
  // As a user does: without tap's hooks, which break the compiler.
  const child = spawn('sh', ['-c', 'unset NODE_OPTIONS; exec npm "$@"', 'sh', ...args], options)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text
    })
  }
  const ended = once(child, 'exit')
  // The whole group, as Ctrl-C in a terminal does.
  const interrupt = () => child.pid !== undefined && process.kill(-child.pid, 'SIGINT')
  t.teardown(async () => {
    if (child.exitCode === null && child.signalCode === null) interrupt()
    await ended
  })
  /** What a pattern finds in the output, once it is there. */
  const says = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(output)?.[1]
        if (found !== undefined) resolve(found)
      }
      for (const stream of [child.stdout, child.stderr]) stream.on('data', look)
      void ended.then(() => reject(new Error(`it ended without saying ${pattern}:\n${output}`)))
      look()
    })
  return { says, ended, interrupt, output: () => output }
}

test('every npm command in the documents exists', async t => {
  const { scripts } = JSON.parse(read('package.json'))
  const folders = ['.', 'docs']
  const documents = folders.flatMap(folder =>
    readdirSync(join(root, folder)).map(name => join(folder, name))
  )
  const named = documents
    .filter(name => name.endsWith('.md'))
    .flatMap(name => [...read(name).matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g)])
    .map(([, script = '']) => script)
  t.ok(named.length > 10)
  for (const script of new Set(named)) t.ok(scripts[script], `npm run ${script}`)
})

test('`npm start` gives a login, an API and a page; `npm run dev:web` stands before it; Ctrl-C ends it', async t => {
  const port = String(await freePort())
  const start = npm(t, ['start'], { PORT: port, LOCAL_COGNITO_PORT: '0' })
  const url = await start.says(/^ {2}Service +(\S+)$/m)
  const [, email = '', password = ''] = /Log in with +(\S+) \/ (\S+)/.exec(start.output()) ?? []
  const one = new Browser(url)
  t.equal((await one.post('/auth/login', { email, password })).json.status, 'authenticated')
  t.ok((await one.get('/api/hello')).json.claims.sub)
  t.match((await one.get('/', { headers: { accept: 'text/html' } })).text, '<div id="app">')

  const devPort = String(await freePort())
  const args = ['run', 'dev:web', '--', '--port', devPort, '--host', '127.0.0.1']
  const dev = npm(t, args, { PORT: port })
  await dev.says(/(ready in)/)
  const session = await fetch(`http://127.0.0.1:${devPort}/auth/session`, {
    headers: { 'x-csrf': '1', origin: `http://127.0.0.1:${devPort}` }
  })
  t.same(await session.json(), { authenticated: false })
  dev.interrupt()
  await dev.ended

  start.interrupt()
  await start.ended
  await t.rejects(fetch(`${url}/healthz`), 'nothing is left behind')
})

test('`npm run cognito` starts the local Cognito alone', async t => {
  const cognito = npm(t, ['run', 'cognito'], { LOCAL_COGNITO_PORT: '0' })
  const url = await cognito.says(/Local Cognito {2}(\S+)/)
  t.equal((await fetch(`${url}/_local/calls`)).status, 200)
})

test('`npm run openapi` writes the document', async t => {
  const { ended } = npm(t, ['run', 'openapi'])
  t.same(await ended, [0, null])
  t.ok(existsSync(join(root, 'dist/openapi.json')))
  t.match(JSON.parse(read('dist/openapi.json')).openapi, /^3\.1/)
})
