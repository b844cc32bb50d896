/** What `npm run chaos` is told on the command line. */
import { NotReady } from './prepare.mjs'

const most = 10

/** The number given as `--name=N`. Throws NotReady for anything else. */
function given(args, name, fallback) {
  const text = args.find(argument => argument.startsWith(`--${name}=`))?.split('=')[1]
  const value = text === undefined ? fallback : Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new NotReady(`--${name} must be a number above 0`)
}

/**
 * Returns `{ seed, minutes, failOvers, report }`: `failOvers` is 0 where the whole plan is to be run, and `report` the
 * file to write, undefined for none. Throws NotReady.
 */
export function chaosOptions(args) {
  const seed = given(args, 'seed', 1 + Math.floor(Math.random() * 1e6))
  const minutes = Math.min(most, given(args, 'minutes', most))
  if (args.some(one => one.startsWith('--failovers'))) {
    return { seed, minutes, failOvers: given(args, 'failovers', 20), report: undefined }
  }
  // What a short run leaves out must not take the place of what a full one has found.
  const report = minutes === most ? 'docs/chaos.md' : '.local/chaos.md'
  return { seed, minutes, failOvers: 0, report }
}
