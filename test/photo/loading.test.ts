import { test } from 'tap'
import { startService } from '../support/service.ts'

/** libvips is in this process. */
function isLoaded(): boolean {
  const report: unknown = process.report?.getReport()
  return JSON.stringify(report).includes('libvips')
}

test('what makes photos is loaded only where photos are switched on', async t => {
  await startService(t)
  t.equal(isLoaded(), false)
  await startService(t, { env: { PHOTO_DIRECTORY: t.testdir() } })
  t.equal(isLoaded(), true)
})
