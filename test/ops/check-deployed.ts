/** The program behind `npm run check:documents -- --url=…`. Arguments: the origin, the URL of the metrics or nothing. */
import { differences } from './deployed.ts'

const [url = '', metricsUrl] = process.argv.slice(2).map(text => text.replace(/\/+$/, ''))
const found = await differences({ url, metricsUrl })
for (const one of found) console.log(`FAIL ${one}`)
const looked = metricsUrl
  ? 'calls, errors and metrics'
  : 'calls and errors (metrics: --metrics=URL)'
console.log(`${new URL(url).origin}: ${looked}, ${found.length} differences`)
process.exitCode = found.length > 0 ? 1 : 0
