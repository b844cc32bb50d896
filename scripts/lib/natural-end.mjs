/**
 * Loaded into every test file: one that ends by `process.exit()` is failed. The tests below that call never
 * ran, and tap cannot know that they were there.
 */
import { basename } from 'node:path'

// Processes that a test forks inherit this file with Node's options; what they do is their affair.
if (basename(process.argv[1] ?? '').endsWith('.test.js')) {
  let isNatural = false
  process.once('beforeExit', () => {
    isNatural = true
  })
  process.once('exit', code => {
    if (isNatural || code !== 0) return
    console.error(`${process.argv[1]} ended by process.exit(0) instead of coming to its end.`)
    process.exitCode = 1
  })
}
