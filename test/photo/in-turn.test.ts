import { test } from 'tap'
import { inTurn } from '../../src/photo/in-turn.ts'

/** A piece of work that ends when it is told to. */
function work() {
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined
  const piece = {
    begun: false,
    run: () =>
      new Promise<void>((resolve, reject) => {
        piece.begun = true
        settle = { resolve, reject }
      }),
    end: () => settle?.resolve(),
    fail: () => settle?.reject(new Error('failed'))
  }
  return piece
}

const settled = () => new Promise(resolve => setImmediate(resolve))

test('only so many run at once, the others follow in their order', async t => {
  const run = inTurn(2)
  const pieces = [work(), work(), work(), work()]
  const ends = pieces.map(piece => run(piece.run))
  const begun = async () => {
    await settled()
    return pieces.map(piece => piece.begun)
  }
  t.same(await begun(), [true, true, false, false])
  pieces[1]?.end()
  t.same(await begun(), [true, true, true, false])
  pieces[0]?.end()
  t.same(await begun(), [true, true, true, true])
  for (const piece of pieces) piece.end()
  await Promise.all(ends)
})

test('a failure gives its place to the next, and is passed on', async t => {
  const run = inTurn(1)
  const [bad, good] = [work(), work()]
  const failure = t.rejects(run(bad.run), /failed/)
  const success = run(good.run)
  await settled()
  bad.fail()
  await failure
  await settled()
  t.equal(good.begun, true)
  good.end()
  await success
})
