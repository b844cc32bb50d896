/**
 * `npm run soak [-- --minutes=10] [--connections=50]`: full load on the service, and its memory meanwhile.
 * It fails where that is not flat, as docs/performance.md has it.
 */
import { measure } from './lib/measure.mjs'

await measure('soak.js')
