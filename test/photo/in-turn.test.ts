import { test } from 'tap'
import { inTurn } from '../../src/photo/image.ts'

/** A piece of work that ends when it is told to, and may be given up. */
function work(owner: string) {
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined
  const controller = new AbortController()
  const piece = {
    turn: { owner, signal: controller.signal },
    begun: false,
    run: () =>
      new Promise<void>((resolve, reject) => {
        piece.begun = true
        settle = { resolve, reject }
      }),
    end: () => settle?.resolve(),
    fail: () => settle?.reject(new Error('failed')),
    giveUp: () => controller.abort()
  }
  return piece
}

type Piece = ReturnType<typeof work>

/** All at once, and which of them have begun. */
function crowd(owners: string, places: { atOnce: number; waiting: number }) {
  const run = inTurn(places)
  const pieces = [...owners].map(work)
  const start = (piece: Piece) => run(piece.turn, piece.run)
  const ends = pieces.map(start)
  // Rejections are looked at later.
  for (const end of ends) end.catch(() => undefined)
  const begun = async () => {
    await new Promise(resolve => setImmediate(resolve))
    return pieces.map(({ begun }) => (begun ? 'x' : '.')).join('')
  }
  const end = (i: number) => ends[i] ?? Promise.resolve()
  return { pieces, end, begun, start }
}

test('only so many run at once, the others follow in their order', async t => {
  const { pieces, end, begun } = crowd('abcd', { atOnce: 2, waiting: 2 })
  t.equal(await begun(), 'xx..')
  pieces[1]?.end()
  t.equal(await begun(), 'xxx.')
  pieces[0]?.end()
  t.equal(await begun(), 'xxxx')
  for (const piece of pieces) piece.end()
  await Promise.all([0, 1, 2, 3].map(end))
})

test('whoever finds no place to wait is turned away, and places come free again', async t => {
  const { pieces, end, begun, start } = crowd('abcd', { atOnce: 1, waiting: 2 })
  await t.rejects(end(3), { code: 'service_unavailable', retryAfterSeconds: 2 })
  pieces[0]?.end()
  t.equal(await begun(), 'xx..')
  const late = work('e')
  const last = start(late)
  for (const piece of [...pieces, late]) {
    piece.end()
    await begun()
  }
  await last
})

test('of one owner one runs and one waits, and others go past', async t => {
  const { pieces, end, begun } = crowd('aaab', { atOnce: 2, waiting: 5 })
  await t.rejects(end(2), { code: 'service_unavailable' })
  t.equal(await begun(), 'x..x')
  pieces[0]?.end()
  t.equal(await begun(), 'xx.x')
})

test('what is given up while it waits is never begun, and leaves its place', async t => {
  const { pieces, end, begun, start } = crowd('abc', { atOnce: 1, waiting: 2 })
  pieces[1]?.giveUp()
  await t.rejects(end(1), { code: 'invalid_request', reason: 'caller_hung_up' })
  const [late, gone] = [work('d'), work('e')]
  const last = start(late)
  gone.giveUp()
  await t.rejects(start(gone), { code: 'invalid_request' })
  pieces[0]?.end()
  t.equal(await begun(), 'x.x')
  pieces[2]?.giveUp()
  pieces[2]?.end()
  await end(2)
  await begun()
  t.equal(late.begun, true)
  late.end()
  await last
})

test('a failure gives its place to the next, and is passed on', async t => {
  const { pieces, end, begun } = crowd('ab', { atOnce: 1, waiting: 1 })
  await begun()
  pieces[0]?.fail()
  await t.rejects(end(0), /failed/)
  t.equal(await begun(), 'xx')
  pieces[1]?.end()
  await end(1)
})
