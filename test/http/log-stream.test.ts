import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { test } from 'tap'
import { linesOfTurns } from '../../src/http/log/logger.ts'

test('the lines of one turn leave in one write, in order', async t => {
  const writes: string[] = []
  const stream = linesOfTurns({ write: lines => writes.push(lines) })
  stream.write('a\n')
  stream.write('b\n')
  t.same(writes, [])
  await nextTurn()
  t.same(writes, ['a\nb\n'])
  await nextTurn()
  t.equal(writes.length, 1, 'nothing is written twice')
  stream.write('c\n')
  stream.flush()
  await nextTurn()
  t.same(writes, ['a\nb\n', 'c\n'])
})

test('many lines do not wait for the turn to end', async t => {
  const writes: string[] = []
  const stream = linesOfTurns({ write: lines => writes.push(lines) })
  for (let i = 0; i < 100; i++) stream.write(`${'x'.repeat(999)}\n`)
  t.equal(writes.length, 1)
  await nextTurn()
  t.equal(writes.join('').length, 100_000)
})

const module = new URL('../../src/http/log/logger.js', import.meta.url).href
const endings = {
  'that exits': 'process.exit(3)',
  'that fails': "throw new Error('on purpose')",
  'whose work is done': ''
}

for (const [which, end] of Object.entries(endings)) {
  test(`a process ${which} leaves no line behind`, async t => {
    const code = `const { standardOutput } = await import('${module}')
      standardOutput().write('the last line\\n'); ${end}`
    const stdio = ['ignore', 'pipe', 'ignore'] as const
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: [...stdio]
    })
    if (child.stdout === null) throw new Error('stdout is a pipe')
    const [written] = await Promise.all([text(child.stdout), once(child, 'close')])
    t.equal(written, 'the last line\n')
  })
}
