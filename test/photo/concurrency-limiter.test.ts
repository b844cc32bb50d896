import { test } from 'tap'
import { type ConcurrencyLimits, keyedConcurrencyLimiter } from '../../src/photo/image.ts'

/** A piece of work that ends when the test says so, and can be aborted. */
function work(key: string) {
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined
  const controller = new AbortController()
  const piece = {
    limited: { key, signal: controller.signal },
    isStarted: false,
    run: () =>
      new Promise<void>((resolve, reject) => {
        piece.isStarted = true
        settle = { resolve, reject }
      }),
    end: () => settle?.resolve(),
    fail: () => settle?.reject(new Error('failed')),
    abort: () => controller.abort()
  }
  return piece
}

type Piece = ReturnType<typeof work>

/** One piece of work for each key, all at once. `started` shows which of them have started. */
function startAll(keys: string, limits: ConcurrencyLimits) {
  const run = keyedConcurrencyLimiter(limits)
  const pieces = [...keys].map(work)
  const start = (piece: Piece) => run(piece.limited, piece.run)
  const results = pieces.map(start)
  // Rejections are examined later.
  for (const result of results) result.catch(() => undefined)
  const started = async () => {
    await new Promise(resolve => setImmediate(resolve))
    return pieces.map(({ isStarted }) => (isStarted ? 'x' : '.')).join('')
  }
  const result = (i: number) => results[i] ?? Promise.resolve()
  return { pieces, result, started, start }
}

test('work runs up to the limit, the rest follows in the order of the calls', async t => {
  const { pieces, result, started } = startAll('abcd', { maxRunning: 2, maxQueued: 2 })
  t.equal(await started(), 'xx..')
  pieces[1]?.end()
  t.equal(await started(), 'xxx.')
  pieces[0]?.end()
  t.equal(await started(), 'xxxx')
  for (const piece of pieces) piece.end()
  await Promise.all([0, 1, 2, 3].map(result))
})

test('work is refused while the queue is full, and accepted again later', async t => {
  const { pieces, result, started, start } = startAll('abcd', { maxRunning: 1, maxQueued: 2 })
  await t.rejects(result(3), { code: 'service_unavailable', retryAfterSeconds: 2 })
  pieces[0]?.end()
  t.equal(await started(), 'xx..')
  const late = work('e')
  const last = start(late)
  for (const piece of [...pieces, late]) {
    piece.end()
    await started()
  }
  await last
})

test('one piece of work for a key runs and one waits, and work for other keys overtakes it', async t => {
  const { pieces, result, started } = startAll('aaab', { maxRunning: 2, maxQueued: 5 })
  await t.rejects(result(2), { code: 'service_unavailable' })
  t.equal(await started(), 'x..x')
  pieces[0]?.end()
  t.equal(await started(), 'xx.x')
})

test('work that is aborted while it waits is never started, and leaves the queue', async t => {
  const { pieces, result, started, start } = startAll('abc', { maxRunning: 1, maxQueued: 2 })
  pieces[1]?.abort()
  await t.rejects(result(1), { code: 'invalid_request', reason: 'caller_hung_up' })
  const [late, gone] = [work('d'), work('e')]
  const last = start(late)
  gone.abort()
  await t.rejects(start(gone), { code: 'invalid_request' })
  pieces[0]?.end()
  t.equal(await started(), 'x.x')
  pieces[2]?.abort()
  pieces[2]?.end()
  await result(2)
  await started()
  t.equal(late.isStarted, true)
  late.end()
  await last
})

test('after a failure the next work starts, and the caller gets the error', async t => {
  const { pieces, result, started } = startAll('ab', { maxRunning: 1, maxQueued: 1 })
  await started()
  pieces[0]?.fail()
  await t.rejects(result(0), /failed/)
  t.equal(await started(), 'xx')
  pieces[1]?.end()
  await result(1)
})
